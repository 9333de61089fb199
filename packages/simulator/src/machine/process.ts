import {
  ALLOW_ALL,
  type AnyKind,
  assert,
  type Catalog,
  type Clock,
  createCatalog,
  Fault,
  type Graph,
  type HealthProbes,
  type HintSink,
  type HostWriter,
  type MachineConditions,
  removalsOf,
  type Resource,
  type ResourceId,
  type ResourceStatus,
  silentLog,
} from "@holdfast/core";
import { Engine, type EngineOptions, type Report } from "@holdfast/engine";
import { type OpenLedger, openLedger } from "@holdfast/ledger";
import { seededRandom } from "@holdfast/testing";
import type { Fact } from "./fact.ts";
import { HintSources } from "./hint-weather.ts";
import { LEDGER, type LogDisk } from "./log-disk.ts";
import type { MortalClock } from "./mortal/mortal-clock.ts";
import { mortalCommands } from "./mortal/mortal-commands.ts";
import type { Desired } from "./desired.ts";
import type { Disturbances } from "./trouble.ts";
import { recorded, type Recorder } from "./recorded-kind.ts";

/** What an agent is given of a machine. */
export interface MachinePorts extends HostWriter {
  readonly conditions: MachineConditions;
  readonly probes: HealthProbes;
}

/** What a process finds when it starts. */
export interface ProcessOptions {
  readonly clock: MortalClock;
  /** Time as it passes for everything else. */
  readonly outside: Clock;
  readonly seed: number;
  readonly kinds: readonly AnyKind[];
  readonly disk: LogDisk;
  readonly disturbances: Disturbances;
  readonly mode: "enforce" | "detect";
  readonly numbers: EngineOptions;
  host(ledger: OpenLedger): MachinePorts;
  hear(fact: Fact): void;
  losePower(): void;
}

/** So few that the ledger is compacted again and again. */
const SPARE_LINES = 25;

/** One process of the agent on a simulated machine, from its start to its end. */
export class Process {
  readonly sources: HintSources;
  readonly engine: Engine;
  readonly ledger: OpenLedger;
  /** Resources with a call in trouble that has not ended, one for each call. */
  readonly inTrouble: ResourceId[] = [];
  /** Calls that wait for their signal alone. */
  hanging = 0;
  /** What left the manifest that was loaded last, and is to go. */
  leaving: readonly Resource[] = [];
  /** How `serve` or `converge` ended; `undefined` before. */
  report: Report | undefined;
  /** Whether it makes one pass or goes on; `undefined` before it runs. */
  how: "serve" | "converge" | undefined;
  readonly #clock: MortalClock;
  readonly #stop: AbortController;
  readonly #ids: Map<unknown, ResourceId>;
  readonly #catalog: Catalog;
  readonly #run: { isDead: boolean };

  /** Starts a process; it does nothing before it has loaded something. */
  static async start(options: ProcessOptions): Promise<Process> {
    const { seed, disk, clock } = options;
    const run = { isDead: false };
    const random = seededRandom(seed);
    const calls = disk.openFor({ isDead: () => run.isDead, losePower: () => options.losePower() });
    const stop = new AbortController();
    const place = { calls, path: `/${LEDGER}`, spareLines: SPARE_LINES };
    const ledger = await openLedger({ ...place, random, log: silentLog }, stop.signal);
    return new Process(options, { run, stop, ledger, clock });
  }

  private constructor(options: ProcessOptions, parts: ProcessParts) {
    const { seed, kinds, hear, mode } = options;
    const { run, stop, ledger, clock } = parts;
    this.#run = run;
    this.#stop = stop;
    this.#clock = clock;
    this.#ids = new Map();
    this.#catalog = createCatalog(kinds);
    this.ledger = ledger;
    this.sources = new HintSources({
      random: seededRandom(seed + 1),
      // Not of the process: what is under way from the kernel is none of its timers.
      schedule: (delayMs, callback) => void options.outside.schedule(delayMs, callback),
    });
    const stand = this.#stand(options);
    const host = options.host(ledger);
    this.engine = new Engine(
      {
        clock,
        random: seededRandom(seed + 2),
        log: silentLog,
        catalog: createCatalog(kinds.map((kind) => recorded(kind, stand))),
        host: { ...host, commands: mortalCommands(host.commands, () => run.isDead) },
        conditions: this.#weathered(host.conditions),
        probes: host.probes,
        ledger,
        events: (event) => {
          if (!run.isDead) hear({ type: "event", event });
        },
        agentId: "simulated",
        refusalOf: () => undefined,
        policy: ALLOW_ALL,
        mode,
      },
      options.numbers,
    );
  }

  /** It was killed, or it has ended. */
  get isDead(): boolean {
    return this.#run.isDead;
  }

  /** It was asked to stop. */
  get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Timers it has set. */
  get pendingTimers(): number {
    return this.#clock.pending;
  }

  /** Takes a desired state, as an agent that reads a source does; `onAccepted` comes between ledger and engine. */
  async load(desired: Desired, onAccepted: (generation: number) => void): Promise<void> {
    const { digest, manifest, detectOnly = new Set() } = desired;
    const generation = this.ledger.generationOf({ digest });
    await this.ledger.accept({ digest, generation }, this.#stop.signal);
    if (this.isDead) return;
    onAccepted(generation);
    const graph = this.#withRemovals(desired);
    this.leaving = graph.resources.filter(({ removal }) => removal !== undefined);
    for (const { spec, id } of graph.resources) this.#ids.set(spec, id);
    const named = manifest === undefined ? {} : { manifest: manifest.name };
    await this.engine.load({ graph, generation, detectOnly, ...named });
  }

  /** The graph with what left the manifest, found in the ledger as an agent finds it. */
  #withRemovals({ graph, manifest }: Desired): Graph {
    if (manifest === undefined) return graph;
    const parts = { ledger: this.ledger, catalog: this.#catalog, log: silentLog };
    return removalsOf({ manifest, graph, ...parts, isShrinkAllowed: true }).graph;
  }

  /** Serves, or makes one pass, until it ends. */
  run(how: "serve" | "converge"): void {
    this.how = how;
    const { engine } = this;
    const { signal } = this.#stop;
    const running = how === "serve" ? engine.serve({}, signal) : engine.converge(signal);
    void running.then((report) => {
      this.report = report;
    });
  }

  status(id: ResourceId): ResourceStatus | undefined {
    return this.engine.status(id);
  }

  stop(): void {
    this.#stop.abort(
      new Fault({ reason: "Aborted", message: "asked to stop", resolution: "Start it again." }),
    );
  }

  /** Nothing of it happens any more. */
  die(): void {
    this.#run.isDead = true;
    this.#clock.die();
  }

  /** Conditions whose event sources are under the weather like those of kinds. */
  #weathered({ observe, watch }: MachineConditions): MachineConditions {
    return {
      observe,
      watch: (leaves, hear, signal) => {
        const name = `condition ${leaves[0]?.type}`;
        const overflow = (): void => {
          for (const position of leaves.keys()) hear(position, "events were lost");
        };
        const open = (disturbed: HintSink) =>
          watch(leaves, (position, trigger) => disturbed.hint(position, trigger), signal);
        return this.sources.open(name, { hint: hear, overflow }, open, () => watchFault(name));
      },
    };
  }

  #stand({ hear, disturbances, clock }: ProcessOptions): Recorder {
    const run = this.#run;
    return {
      idOf: (spec) => {
        const id = this.#ids.get(spec);
        assert(id !== undefined, "a kind is asked about a spec that nobody declared");
        return id;
      },
      hear: (fact) => {
        if (!run.isDead) hear(fact);
      },
      troubleOf: (verb, ids) => disturbances.of(verb, ids),
      relieved: () => disturbances.relieved,
      pause: (durationMs) =>
        new Promise((resolve) => void clock.schedule(durationMs, () => resolve())),
      isDead: () => run.isDead,
      enterTrouble: (ids) => void this.inTrouble.push(...ids),
      hanging: (by) => {
        this.hanging += by;
      },
      leaveTrouble: (ids) => {
        for (const id of ids) this.inTrouble.splice(this.inTrouble.indexOf(id), 1);
      },
      openWatch: (kind, sink, open) => this.sources.open(kind, sink, open, () => watchFault(kind)),
    };
  }
}

interface ProcessParts {
  readonly run: { isDead: boolean };
  readonly stop: AbortController;
  readonly ledger: OpenLedger;
  readonly clock: MortalClock;
}

/** What a watch ends with, or is not opened with. */
export function watchFault(kind: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the simulated event source of ${kind} is out of order`,
    resolution: "Wait until it is set up again.",
  });
}
