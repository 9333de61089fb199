import { type Catalog, type Facts, type Policy, readManifest, silentLog } from "@holdfast/core";
import { openReadingThread, type PreimageStore, sha256 } from "@holdfast/host";
import type { OpenLedger } from "@holdfast/ledger";
import { type SimulatedHost, simulatedAttributor, type VirtualClock } from "@holdfast/testing";
import type { AgentParts } from "../../agent-parts.ts";
import type { AgentOptions } from "../../agent.ts";
import { AgentApprovals } from "../../approvals/agent-approvals.ts";
import { AgentPolicy } from "../../policy/agent-policy.ts";

export const UNSTOPPED: AbortSignal = new AbortController().signal;
const FACTS: Facts = {
  os: "linux",
  kernel: "6.1",
  arch: "x64",
  hostname: "crash",
  addresses: [],
  interfaces: [],
  disks: [],
  custom: {},
  cpuCount: 1,
  memoryBytes: 1,
};

/** What its owner wants to be asked about. */
export interface Ownership {
  readonly policy: Policy;
  /** Where the trust list is, on the machine of the tests. */
  readonly root: string;
}

/** What an agent of one start has of its machine. */
export interface StartedOn extends Pick<AgentParts, "random"> {
  readonly ledger: OpenLedger;
  readonly preimages: PreimageStore;
  readonly host: SimulatedHost;
  readonly clock: VirtualClock;
}

/** The parts of an agent on a simulated machine. Without an owner it does what it is asked for. */
export async function agentParts(
  on: StartedOn,
  ownership: Ownership | undefined,
): Promise<AgentParts> {
  const { ledger, host, clock } = on;
  const { conditions, probes } = host;
  const approvals = new AgentApprovals({
    ledger,
    clock,
    root: ownership?.root ?? "/",
    userId: process.geteuid?.(),
    agent: FACTS.hostname,
    isWriter: true,
  });
  // It is read from a real disk, which the virtual clock does not wait for.
  if (ownership !== undefined) await approvals.load(UNSTOPPED);
  const source = ownership ?? "everything";
  const policy = new AgentPolicy({ source, root: "/", trust: { userId: 0 }, clock, approvals });
  return {
    ...on,
    approvals,
    conditions,
    probes,
    policy,
    guard: undefined,
    runDirectory: "/run/holdfast",
    requesters: ({ uid }) => ({ uid }),
    attributor: simulatedAttributor(),
    readingThread: openReadingThread({ log: silentLog }),
  };
}

/** The options of an agent that is given this manifest. */
export function optionsOf(catalog: Catalog, manifest: string): AgentOptions {
  const files = [{ file: "crash.yaml", format: "yaml", text: manifest }] as const;
  const load = async () => readManifest(files, { catalog, hash: sha256 });
  return {
    root: "/",
    rootExec: false,
    source: { describe: "crash.yaml", load },
    catalog,
    facts: FACTS,
    log: silentLog,
    mode: "enforce",
    isShrinkAllowed: true,
    events: () => {},
    intends: "write",
    userId: 0,
  };
}
