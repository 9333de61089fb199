import {
  EVERYWHERE,
  isRoute,
  type Json,
  type LinkRoute,
  type MadeLink,
  type NetworkLink,
  type NetworkStep,
  type NetworkWriter,
  unreachable,
} from "@holdfast/core";
import { watchUntil } from "../conditions/leaf-source.ts";
import { type Connection, readConnections } from "./connections.ts";
import { notLiveFault, refusedFault, unreadableFault } from "./network-faults.ts";
import { networkHints } from "./network-hints.ts";
import type { NetworkSystem, ProgramRun } from "./network-system.ts";
import { readLinks } from "./read-links.ts";

/** One process for both: to start one takes longer than to read. */
const READ: ProgramRun = {
  program: "ip",
  words: ["-json", "-details", "-force", "-batch", "-"],
  stdin: "address show\nroute show table all\n",
};
const CONNECTIONS: ProgramRun = { program: "ss", words: ["-Htn", "state", "established"] };
/** What systemctl ends with for a unit that is not active, and one that it does not know. */
const NOT_ACTIVE: ReadonlySet<number | undefined> = new Set([3, 4]);

/** The network over ip(8) and networkctl(1); nothing is kept between two calls. */
export function createNetwork(system: NetworkSystem): NetworkWriter {
  const demand = async (run: ProgramRun, signal: AbortSignal): Promise<void> => {
    if (!system.isLive) throw notLiveFault();
    const result = await system.run(run, signal);
    if (result.exitCode !== 0) throw refusedFault(run, result);
  };
  return {
    async read(names, signal) {
      if (!system.isLive) return { isLive: false, links: new Map(), peers: [] };
      const connections = readConnections(await answer(system, CONNECTIONS, signal));
      const wanted = new Set(names);
      const found = (await linksNow(system, connections, signal)).filter(({ name }) =>
        wanted.has(name),
      );
      return {
        isLive: true,
        links: new Map(found.map((link) => [link.name, link])),
        peers: [...new Set(connections.map(({ peer }) => peer))],
      };
    },
    async isNetworkdRunning(signal) {
      if (!system.isLive) return false;
      const words = ["is-active", "--quiet", "systemd-networkd.service"];
      const run: ProgramRun = { program: "systemctl", words };
      const result = await system.run(run, signal);
      if (NOT_ACTIVE.has(result.exitCode)) return false;
      if (result.exitCode !== 0) throw refusedFault(run, result);
      return true;
    },
    async change(step, signal) {
      if (!system.isLive) throw notLiveFault();
      const there = (await linksNow(system, [], signal)).find(({ name }) => name === step.link);
      if (!isDone(step, there)) await demand({ program: "ip", words: wordsOf(step) }, signal);
    },
    reload: (signal) => demand({ program: "networkctl", words: ["reload"] }, signal),
    async watch(hear, signal) {
      return system.isLive ? system.monitor(networkHints(hear), signal) : watchUntil(() => {});
    },
  };
}

async function linksNow(
  system: NetworkSystem,
  connections: readonly Connection[],
  signal: AbortSignal,
): Promise<readonly NetworkLink[]> {
  const stdout = await answer(system, READ, signal);
  try {
    const lines = stdout.split("\n").filter((line) => line.trim() !== "");
    return readLinks(
      lines.map((line) => JSON.parse(line) as Json),
      connections,
    );
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadableFault("what ip prints is no JSON", error);
    throw error;
  }
}

async function answer(
  system: NetworkSystem,
  run: ProgramRun,
  signal: AbortSignal,
): Promise<string> {
  const { exitCode, stdout, stderr, isTruncated } = await system.run(run, signal);
  if (exitCode !== 0)
    throw unreadableFault(stderr.trim() || `${run.program} ended with ${exitCode}`);
  if (isTruncated) throw unreadableFault("there is too much of it");
  return stdout;
}

/** What is so already is not done again: ip refuses some of it, and tells of some as if it had changed. */
function isDone(step: NetworkStep, link: NetworkLink | undefined): boolean {
  switch (step.type) {
    case "make-link":
      return link !== undefined;
    case "remove-link":
      return link === undefined;
    case "set-master":
      return link !== undefined && link.master === step.master;
    case "set-up":
      return link?.isUp === true;
    case "set-down":
      return link?.isUp === false;
    case "set-mtu":
      return link?.mtu === step.mtu;
    case "add-address":
      return link?.addresses.includes(step.address) === true;
    case "remove-address":
      return link !== undefined && !link.addresses.includes(step.address);
    case "add-route":
      return hasRoute(link, step.route);
    case "remove-route":
      return link !== undefined && !hasRoute(link, step.route);
    default:
      return unreachable(step);
  }
}

function hasRoute(link: NetworkLink | undefined, route: LinkRoute): boolean {
  return link?.routes.some((found) => isRoute(route, found)) === true;
}

function wordsOf(step: NetworkStep): readonly string[] {
  const { link } = step;
  switch (step.type) {
    case "make-link":
      return ["link", "add", ...madeWords(link, step.made)];
    case "remove-link":
      return ["link", "delete", "dev", link];
    case "set-master":
      return step.master === undefined
        ? ["link", "set", "dev", link, "nomaster"]
        : ["link", "set", "dev", link, "master", step.master];
    case "set-up":
      return ["link", "set", "dev", link, "up"];
    case "set-down":
      return ["link", "set", "dev", link, "down"];
    case "set-mtu":
      return ["link", "set", "dev", link, "mtu", String(step.mtu)];
    case "add-address":
      return ["address", "add", step.address, ...broadcastOf(step.address), "dev", link];
    case "remove-address":
      return ["address", "delete", step.address, "dev", link];
    case "add-route":
      return ["route", "replace", ...routeWords(step.route, link)];
    case "remove-route":
      return ["route", "delete", ...routeWords(step.route, link)];
    default:
      return unreachable(step);
  }
}

/** As everybody else sets it; IPv6 has none. */
function broadcastOf(address: string): readonly string[] {
  return address.includes(":") ? [] : ["broadcast", "+"];
}

function madeWords(link: string, made: MadeLink): readonly string[] {
  switch (made.kind) {
    case "bridge":
      return ["name", link, "type", "bridge"];
    case "vlan":
      return ["link", made.parent, "name", link, "type", "vlan", "id", String(made.id)];
    case "bond":
      return ["name", link, "type", "bond", "mode", made.mode];
    default:
      return unreachable(made);
  }
}

function routeWords(route: LinkRoute, link: string): readonly string[] {
  const { family, to, via, metric } = route;
  return [
    to === "default" ? EVERYWHERE[family] : to,
    ...(via === undefined ? [] : ["via", via]),
    "dev",
    link,
    ...(metric === undefined ? [] : ["metric", String(metric)]),
  ];
}
