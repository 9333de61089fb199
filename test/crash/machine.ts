import assert from "node:assert/strict";
import {
  ALLOW_ALL,
  buildGraph,
  type Graph,
  type HealthProbes,
  type HostWriter,
  type Ledger,
  type MachineConditions,
  readManifest,
  silentLog,
} from "@holdfast/core";
import { Engine, type Report } from "@holdfast/engine";
import { sha256 } from "@holdfast/host";
import { type OpenLedger, openLedger } from "@holdfast/ledger";
import { createStandardCatalog } from "@holdfast/resources";
import {
  type Behaviour,
  createSimulatedHost,
  seededRandom,
  type SimulatedKernel,
  VirtualClock,
} from "@holdfast/testing";
import type { LogCall, LogDiskOptions, SimulatedLogDisk } from "@holdfast/testing/log-disk";

const UNSTOPPED = new AbortController().signal;

/** One run of an agent, from its start to its end or to the loss of power. */
export interface RunOptions {
  /** The machine with its disk. */
  readonly kernel: SimulatedKernel;
  /** What the ledger is on; it is made with `powerOf` the same machine. */
  readonly disk: SimulatedLogDisk;
  readonly graph: Graph;
  readonly seed: number;
  readonly programs: Readonly<Record<string, Behaviour>>;
}

/** The graph of a manifest of the standard kinds. */
export function graphOf(manifest: string): Graph {
  const catalog = createStandardCatalog();
  const files = [{ file: "crash.yaml", format: "yaml", text: manifest }] as const;
  const read = readManifest(files, { catalog, hash: sha256 });
  assert.ok(read.value, JSON.stringify(read.diagnostics));
  const built = buildGraph(read.value.resources, { catalog, log: silentLog });
  assert.ok(built.value, JSON.stringify(built.diagnostics));
  return built.value;
}

/** Converges once. `undefined` when the machine stopped on the way. */
export async function live(options: RunOptions): Promise<Report | undefined> {
  const { kernel, graph, seed } = options;
  const clock = new VirtualClock();
  const ledger = await reopen(options.disk, seed);
  const { programs } = options;
  const host = createSimulatedHost({ clock, kernel, programs, oneShots: ledger.oneShots });
  const { conditions, probes } = host;
  const engine = createEngine({ host, conditions, probes, ledger, clock, seed });
  await engine.load({ graph, generation: 1 });
  let report: Report | undefined;
  const converging = engine.converge(UNSTOPPED).then((done) => {
    report = done;
  });
  // A machine without power never answers, so its callers end with the clock of this run.
  void converging;
  await clock.runUntil(() => report !== undefined || kernel.injection.isStopped, 3_600_000);
  return kernel.injection.isStopped ? undefined : report;
}

/** The ledger as the next start finds it. */
export function reopen({ calls }: SimulatedLogDisk, seed: number): Promise<OpenLedger> {
  const random = seededRandom(seed);
  return openLedger({ calls, path: "/ledger", random, log: silentLog }, UNSTOPPED);
}

/** Calls that only read: where the power goes after them it might as well have gone before. */
const READS: ReadonlySet<LogCall> = new Set(["openToRead", "read", "sizeBytes", "list", "observe"]);

/** The power of a ledger's disk is that of its machine; it goes at a call of the ledger, if one is named. */
export function powerOf({ injection }: SimulatedKernel, atCall = 0): LogDiskOptions {
  let calls = 0;
  return {
    async before(call) {
      if (!READS.has(call) && ++calls === atCall) injection.stop();
      if (injection.isStopped) await new Promise(() => {});
    },
  };
}

interface EngineParts {
  readonly host: HostWriter;
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
  readonly ledger: Ledger;
  readonly clock: VirtualClock;
  readonly seed: number;
}

function createEngine(parts: EngineParts): Engine {
  return new Engine(
    {
      ...parts,
      random: seededRandom(parts.seed),
      log: silentLog,
      catalog: createStandardCatalog(),
      events: () => {},
      agentId: "crash",
      refusalOf: () => undefined,
      policy: ALLOW_ALL,
      mode: "enforce",
    },
    {},
  );
}
