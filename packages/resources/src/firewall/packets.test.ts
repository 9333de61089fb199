import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { suite, test } from "node:test";
import {
  missingForFirewall,
  openNetworkNamespace,
  openRealFirewallSubject,
  type RealFirewallSubject,
  type RealNetworkNamespace,
} from "@holdfast/testing";
import type { FirewallInput, RuleInput } from "./bind/fields.ts";
import { diffFirewall, isOfTable } from "./diff.ts";
import { bindFirewall } from "./spec.ts";

const CONNECTOR = new URL("testing/connector.ts", import.meta.url).pathname;
const UNSTOPPED = new AbortController().signal;
const REPLACES = 8;
/** That nobody answers shows only by waiting. */
const SILENT_MS = 300;
const SERVER = { ipv4: "10.9.0.1", ipv6: "2001:db8:9::1" };
const CLIENT = { ipv4: "10.9.0.2", ipv6: "2001:db8:9::2" };
const BOTH = ["ipv4", "ipv6"] as const;
const FREE = 8080;
const CLOSED = 8081;
const BY_ADDRESS = 8082;
const UNNAMED = 8083;
const PORTS = { type: "port" as const, elements: [1] };

const KEPT: readonly RuleInput[] = [
  { connection: ["established", "related"], action: "accept" },
  { protocol: "icmpv6", action: "accept" },
  { protocol: "tcp", port: FREE, action: "accept", counter: true },
  { protocol: "tcp", port: CLOSED, action: "reject", rejectWith: "tcp-reset" },
];
const closed: FirewallInput = {
  management: "none",
  sets: { friends: { type: "ipv4", elements: [CLIENT.ipv4] } },
  chains: {
    input: {
      hook: "input",
      policy: "drop",
      rules: [
        ...KEPT,
        { protocol: "tcp", port: BY_ADDRESS, source: ["@friends", CLIENT.ipv6], action: "accept" },
      ],
    },
  },
};
/** The same for these ports, by other rules, chains and sets. */
const other: FirewallInput = {
  management: "none",
  sets: { friends: { type: "port", elements: [BY_ADDRESS] } },
  chains: {
    input: {
      hook: "input",
      policy: "drop",
      rules: [
        {
          protocol: "tcp",
          port: BY_ADDRESS,
          source: ["10.9.0.3", "2001:db8:9::3"],
          action: "accept",
        },
        ...KEPT,
        { jump: "more" },
      ],
    },
    more: {
      rules: [{ protocol: "tcp", port: "@friends", action: "reject", rejectWith: "tcp-reset" }],
    },
  },
};

suite("packets through the firewall", { skip: missingForFirewall() ?? false }, () => {
  test("K7: what is accepted gets through and what is not does not, from the first replace to the removal, by IPv4 and by IPv6", async () => {
    await using net = await openNet();
    const { client } = net;
    for (const host of hosts()) assert.equal(await client.ask({ host, port: UNNAMED }), "open");
    await net.load(closed);
    for (const host of hosts()) {
      assert.equal(await client.ask({ host, port: FREE }), "open");
      assert.equal(await client.ask({ host, port: CLOSED }), "ECONNREFUSED");
      assert.equal(await client.ask({ host, port: BY_ADDRESS }), "open");
      const silent = { host, port: UNNAMED, timeoutMs: SILENT_MS };
      assert.equal(await client.ask(silent), "silent");
    }
    await net.load(other);
    for (const host of hosts()) {
      assert.equal(await client.ask({ host, port: FREE }), "open");
      assert.equal(await client.ask({ host, port: BY_ADDRESS }), "ECONNREFUSED");
    }
    await net.subject.firewall.remove("holdfast_net", UNSTOPPED);
    for (const host of hosts()) assert.equal(await client.ask({ host, port: UNNAMED }), "open");
  });

  test("K7: a table that somebody put to sleep filters nothing, is seen as changed, and filters again", async () => {
    await using net = await openNet();
    const { client, subject } = net;
    const silent = { host: SERVER.ipv4, port: UNNAMED, timeoutMs: SILENT_MS };
    await net.load(closed);
    assert.deepEqual(await differences(net, closed), []);
    assert.equal(await client.ask(silent), "silent");
    const asleep = "table inet holdfast_net {\n\tflags dormant\n}\n";
    subject.namespace.run(["nft", "--file", "-"], asleep);
    assert.equal(await client.ask(silent), "open");
    assert.deepEqual(await differences(net, closed), ["others"]);
    await net.load(closed);
    assert.equal(await client.ask(silent), "silent");
    assert.deepEqual(await differences(net, closed), []);
  });

  test("K7: a replace leaves no gap: no packet is lost, nothing gets in, and counters go on", async () => {
    await using net = await openNet();
    const { client } = net;
    await net.load(closed);
    assert.equal(await client.ask({ host: SERVER.ipv4, port: FREE, hold: true }), "open");
    const sentTwice = retransmitted(net.far);
    let isReplacing = true;
    const replacing = (async () => {
      for (let round = 0; round < REPLACES; round++) await net.load(round % 2 ? closed : other);
      isReplacing = false;
    })();
    let opened = 0;
    while (isReplacing) {
      for (const host of hosts()) {
        assert.equal(await client.ask({ host, port: FREE }), "open");
        assert.equal(await client.ask({ host, port: CLOSED }), "ECONNREFUSED");
        opened += 1;
      }
      assert.equal(await client.ask({}), "open", "what was connected stays so");
    }
    await replacing;
    assert.ok(opened > REPLACES, `${opened} connections`);
    assert.equal(retransmitted(net.far), sentTwice, "nothing had to be sent twice");
    const before = countOf(net);
    for (const input of [other, closed, { ...closed, sets: { ...closed.sets, more: PORTS } }]) {
      await net.load(input);
      assert.equal(countOf(net), before, "what was counted goes on from there");
    }
    assert.equal(await client.ask({ host: SERVER.ipv4, port: FREE }), "open");
    assert.equal(countOf(net), before + 1);
  });

  test("K7: a port is sent to another one, and an address to another, by chains of type nat", async () => {
    await using net = await openNet();
    const nat: FirewallInput = {
      chains: {
        pre: {
          hook: "prerouting",
          type: "nat",
          rules: [
            { protocol: "tcp", port: 90, redirect: FREE },
            { protocol: "tcp", port: 91, dnat: `${SERVER.ipv4}:${FREE}` },
            { protocol: "tcp", port: 91, dnat: `[${SERVER.ipv6}]:${FREE}` },
          ],
        },
      },
    };
    await net.load(nat);
    for (const host of hosts()) {
      for (const port of [90, 91]) assert.equal(await net.client.ask({ host, port }), "open");
      assert.equal(await net.client.ask({ host, port: 92 }), "ECONNREFUSED");
    }
  });

  test("K7: the file of the next boot loads the same table, over any other and over itself", async () => {
    await using net = await openNet();
    const { boot } = bound(closed);
    const { content } = boot.rules;
    assert.ok(content?.type === "inline");
    await net.load(other);
    const { run } = net.subject.namespace;
    for (let boots = 0; boots < 2; boots++) run(["nft", "--file", "-"], content.text);
    const booted = run(["nft", "list", "ruleset"]);
    run(["nft", "flush", "ruleset"]);
    await net.load(closed);
    assert.equal(booted, run(["nft", "list", "ruleset"]));
  });
});

function hosts(): readonly string[] {
  return BOTH.map((family) => SERVER[family]);
}

function bound(input: FirewallInput) {
  return bindFirewall("net", input, (path, summary, detail) =>
    assert.fail(`${path}: ${summary}: ${detail}`),
  );
}

/** The parts of the table in which the kernel has something else than is declared. */
async function differences({ subject }: Net, input: FirewallInput): Promise<readonly string[]> {
  const spec = bound(input);
  const { isLive, tables } = await subject.firewall.read([spec.table.name], UNSTOPPED);
  const table = tables.get(spec.table.name) ?? assert.fail("the table is there");
  return diffFirewall(spec, { isLive, table })
    .filter(isOfTable)
    .map(({ path }) => path);
}

/** New connections to the free port, as the rule counted them. */
function countOf({ subject: { namespace } }: Net): number {
  const ruleset = namespace.run(["nft", "list", "ruleset"]);
  return Number(/tcp dport 8080 counter packets (\d+)/.exec(ruleset)?.[1]);
}

interface Net extends AsyncDisposable {
  readonly subject: RealFirewallSubject;
  /** Where the client is. */
  readonly far: RealNetworkNamespace;
  readonly client: Connector;
  load(input: FirewallInput): Promise<void>;
}

/** Two namespaces that are joined by a cable: in one a server and the firewall, in the other a client. */
async function openNet(): Promise<Net> {
  const subject = await openRealFirewallSubject();
  const far = openNetworkNamespace();
  const { namespace } = subject;
  const cable = ["near", "netns", String(namespace.pid), "type", "veth", "peer", "name", "far"];
  spawnSync("ip", ["link", "add", ...cable, "netns", String(far.pid)], { stdio: "inherit" });
  for (const [place, device, at] of [
    [namespace, "near", SERVER],
    [far, "far", CLIENT],
  ] as const) {
    place.run(["ip", "address", "add", `${at.ipv4}/24`, "dev", device]);
    place.run(["ip", "address", "add", `${at.ipv6}/64`, "dev", device, "nodad"]);
    for (const one of ["lo", device]) place.run(["ip", "link", "set", one, "up"]);
  }
  const ports = [FREE, CLOSED, BY_ADDRESS, UNNAMED].map(String);
  const server = await startConnector(namespace, ["serve", ...ports]);
  const client = await startConnector(far, ["connect"]);
  return {
    subject,
    far,
    client,
    load: (input) => subject.firewall.replace(bound(input).table, UNSTOPPED),
    async [Symbol.asyncDispose]() {
      for (const part of [client, server, far, subject]) await part[Symbol.asyncDispose]();
    },
  };
}

interface Connector extends AsyncDisposable {
  /** @returns its answer in one word. */
  ask(question: object): Promise<string>;
}

async function startConnector(
  { entering }: RealNetworkNamespace,
  words: readonly string[],
): Promise<Connector> {
  const [program, ...rest] = [...entering, process.execPath, CONNECTOR, ...words] as const;
  const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  assert.equal(await next(), "ready");
  return {
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next();
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** Segments of TCP that had to be sent again, as something was lost. */
function retransmitted({ pid }: RealNetworkNamespace): number {
  const [names = [], values = []] = readFileSync(`/proc/${pid}/net/snmp`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Tcp:"))
    .map((line) => line.split(" "));
  return Number(values[names.indexOf("RetransSegs")]);
}
