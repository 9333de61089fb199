import { readFile } from "node:fs/promises";
import { type Clock, Fault, throwIfAborted, toFault, type Truth } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { codeOf } from "../system/error-code.ts";
import type { LeafSource } from "./leaf-source.ts";
import { holdsNetlinkGroup } from "./listening.ts";
import { openMonitor } from "./monitor.ts";
import { systemEnvironment } from "../processes/system-environment.ts";

const OBSERVE_WITHIN_MS = 5_000;
/** Some thousands of interfaces. */
const MOST_OUTPUT_BYTES = 4 * 1024 * 1024;
/** IFF_UP of net/if.h. */
const UP = 1;

/** What is known of an interface that exists. */
interface LinkState {
  readonly isEnabled: boolean;
  /** RFC 2863, in lower case: `up`, `down`, `unknown` … */
  readonly operState: string;
}

/**
 * Whether a network interface is up: enabled, and with a carrier where it can tell (a loopback cannot). Read by `ip` of
 * iproute2, which asks the network namespace of the agent; without it out of /sys, which may show another one.
 */
export function interfaceLeaves(clock: Clock): LeafSource {
  return {
    async observe(name, signal): Promise<Truth> {
      throwIfAborted(signal);
      try {
        const state = (await readByProgram(name, clock, signal)) ?? (await readFromSys(name));
        return judge(state);
      } catch (error) {
        const fault = toFault(error);
        if (fault.reason === "Aborted") throw fault;
        return { type: "unknown", why: fault.message };
      }
    },
    watch(subjects, hear, signal) {
      return openMonitor(
        {
          argv: ["ip", "-o", "monitor", "link"],
          subject: "network interfaces",
          package: "iproute2",
          isListening: holdsNetlinkGroup,
          hear: () => {
            for (const position of subjects.keys()) hear(position, "interfaces changed");
          },
          clock,
        },
        signal,
      );
    },
  };
}

function judge(state: LinkState | "missing"): Truth {
  if (state === "missing") return { type: "fails", why: "there is no such interface" };
  if (!state.isEnabled) return { type: "fails", why: "it is disabled" };
  const isUp = state.operState === "up" || state.operState === "unknown";
  return isUp ? { type: "holds" } : { type: "fails", why: `its state is ${state.operState}` };
}

/**
 * `undefined` where there is no `ip`, or one that knows no JSON. All interfaces are listed, because of one that does not
 * exist `ip` says so in words only.
 */
async function readByProgram(
  name: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<LinkState | "missing" | undefined> {
  const argv = ["ip", "-j", "link", "show"] as const;
  const request = {
    argv,
    env: systemEnvironment,
    timeoutMs: OBSERVE_WITHIN_MS,
    maxOutputBytes: MOST_OUTPUT_BYTES,
    cgroup: "none",
  } as const;
  try {
    const { exitCode, stdout } = await runProcess(request, clock, signal);
    const links = exitCode === 0 ? parseLinks(stdout) : undefined;
    return links && (links.get(name) ?? "missing");
  } catch (error) {
    if (error instanceof Fault && error.reason === "CommandNotFound") return undefined;
    throw error;
  }
}

/**
 * By name, other names too: `[{"ifname":"eth0","altnames":["enp1s0"],"flags":["BROADCAST","UP"],"operstate":"UP"}]`.
 * `undefined` for anything else, what was cut off too.
 */
function parseLinks(text: string): ReadonlyMap<string, LinkState> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  return new Map(parsed.flatMap((link: unknown) => parseLink(link)));
}

function parseLink(link: unknown): readonly (readonly [string, LinkState])[] {
  if (typeof link !== "object" || link === null) return [];
  if (!("ifname" in link && "flags" in link && "operstate" in link)) return [];
  if (!Array.isArray(link.flags)) return [];
  const isEnabled = link.flags.includes("UP");
  const state = { isEnabled, operState: String(link.operstate).toLowerCase() };
  const others: readonly unknown[] =
    "altnames" in link && Array.isArray(link.altnames) ? link.altnames : [];
  return [link.ifname, ...others].map((name) => [String(name), state]);
}

async function readFromSys(name: string): Promise<LinkState | "missing"> {
  const directory = `/sys/class/net/${name}`;
  try {
    const [flags, operState] = await Promise.all([
      readFile(`${directory}/flags`, "utf8"),
      readFile(`${directory}/operstate`, "utf8"),
    ]);
    const isEnabled = (Number.parseInt(flags, 16) & UP) !== 0;
    return { isEnabled, operState: operState.trim() };
  } catch (error) {
    if (codeOf(error) === "ENOENT" && (await hasSys())) return "missing";
    throw new Fault({
      reason: "HostFailed",
      message: `${directory} cannot be read: ${codeOf(error) ?? String(error)}`,
      resolution: "Install iproute2, or mount /sys.",
      cause: error,
    });
  }
}

async function hasSys(): Promise<boolean> {
  try {
    await readFile("/sys/class/net/lo/flags");
    return true;
  } catch {
    return false;
  }
}
