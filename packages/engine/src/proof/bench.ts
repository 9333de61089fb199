import {
  assert,
  buildGraph,
  CONCEALED,
  createCatalog,
  type EngineEvent,
  Fault,
  type Graph,
  type HostWriter,
  type Resource,
  type ResourceId,
  type ResourceMeta,
  type Result,
  type Secrets,
  silentLog,
} from "@holdfast/core";
import {
  type CellCall,
  type CellInput,
  Cells,
  type CellsOptions,
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  type SimulatedHost,
  VirtualClock,
} from "@holdfast/testing";
import { Engine } from "../engine.ts";
import type { EngineOptions } from "../options.ts";
import type { EngineDeps } from "../runtime.ts";

/** One cell to declare. */
export interface DeclaredCell {
  readonly name: string;
  readonly value?: string;
  /** The path of a secret, instead of a value. */
  readonly secret?: string;
  readonly lane?: string;
  readonly group?: string;
  readonly meta?: ResourceMeta;
}

/** What cells may be loaded with. */
export interface LoadedBesides {
  readonly secrets?: Secrets | undefined;
  /** Names of those that are only looked at. */
  readonly detected?: readonly string[];
}

/** What a bench may be given besides the defaults. */
export interface BenchOptions {
  readonly seed?: number;
  readonly engine?: EngineOptions;
  readonly mode?: EngineDeps["mode"];
  readonly refusalOf?: EngineDeps["refusalOf"];
  readonly ledger?: MemoryLedger;
  readonly observer?: EngineDeps["observer"];
  readonly graceEnds?: AbortSignal;
  readonly cells?: Partial<CellsOptions>;
  /** Virtual milliseconds that a call takes. Default: none. */
  readonly takesMs?: (verb: CellCall["verb"], name: string) => number;
}

/** An engine over a world of cells on a virtual clock: what the laws of the engine are proved on. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly events: EngineEvent[] = [];
  /** What the log was warned of. */
  readonly warnings: string[] = [];
  /** Warnings with their fields. */
  readonly logged: string[] = [];
  readonly ledger: MemoryLedger;
  readonly cells: Cells;
  readonly engine: Engine;
  readonly host: HostWriter;
  /** The machine under it: files, mounts, interfaces and endpoints for conditions. */
  readonly machine: SimulatedHost;
  readonly #catalog;
  readonly #stop = new AbortController();

  constructor(options: BenchOptions = {}) {
    const { takesMs = () => 0 } = options;
    this.ledger = options.ledger ?? new MemoryLedger();
    this.cells = new Cells({
      nowMs: () => this.clock.monotonicMs(),
      pause: (verb, name) => this.#pause(takesMs(verb, name)),
      ...options.cells,
    });
    this.#catalog = createCatalog([this.cells.kind]);
    const host = createSimulatedHost({ clock: this.clock });
    this.machine = host;
    const discard = (request: { readonly path: string }, signal: AbortSignal): Promise<void> =>
      this.cells.discard(request.path, signal);
    this.host = { ...host, files: { ...host.files, discard } };
    this.engine = new Engine(
      {
        clock: this.clock,
        random: seededRandom(options.seed ?? 1),
        log: {
          ...silentLog,
          warn: (message, fields) => {
            this.warnings.push(message);
            this.logged.push(JSON.stringify([message, fields ?? {}]));
          },
        },
        catalog: this.#catalog,
        host: this.host,
        conditions: host.conditions,
        probes: host.probes,
        ledger: this.ledger,
        events: (event) => this.events.push(event),
        agentId: "bench",
        observer: options.observer,
        refusalOf: options.refusalOf ?? (() => undefined),
        mode: options.mode ?? "enforce",
        graceEnds: options.graceEnds,
      },
      options.engine ?? {},
    );
  }

  /** The graph of some cells. */
  graph(cells: readonly DeclaredCell[]): Graph {
    const resources = cells.map((cell) => this.#resource(cell));
    const { value, diagnostics } = buildGraph(resources, {
      catalog: this.#catalog,
      log: silentLog,
    });
    assert(value !== undefined, `the bench's graph is broken: ${JSON.stringify(diagnostics)}`);
    return value;
  }

  async load(
    cells: readonly DeclaredCell[],
    generation = 1,
    { secrets, detected = [] }: LoadedBesides = {},
  ): Promise<void> {
    const detectOnly = new Set(detected.map((name) => this.id(name)));
    const graph = this.graph(cells);
    await this.engine.load({ graph, generation, detectOnly, ...(secrets && { secrets }) });
  }

  /** One pass over these cells, to its end. */
  async converge(
    cells: readonly DeclaredCell[],
    besides: LoadedBesides = {},
  ): Promise<ReadonlyMap<string, Result>> {
    await this.load(cells, 1, besides);
    const report = await this.clock.finish(this.engine.converge(this.#stop.signal));
    return new Map(report.results.map((result) => [result.id.slice("cell:".length), result]));
  }

  /** Starts to serve these cells and waits until the loop has begun. */
  async serve(
    cells: readonly DeclaredCell[],
    timeoutMs?: number,
    detected: readonly string[] = [],
  ) {
    await this.load(cells, 1, { detected });
    const served = this.engine.serve(
      timeoutMs === undefined ? {} : { timeoutMs },
      this.#stop.signal,
    );
    let isOver = false;
    void served.finally(() => {
      isOver = true;
    });
    const began = (): boolean => isOver || this.events.some(({ type }) => type === "watching");
    assert(await this.clock.runUntil(began, 86_400_000), "the loop never began");
    return { served, isOver: () => isOver };
  }

  /** Aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Asks to stop. */
  stop(): void {
    this.#stop.abort();
  }

  id(name: string): ResourceId {
    return this.cells.id(name);
  }

  /** The results so far of one cell, in order. */
  resultsOf(name: string): readonly Result[] {
    const id = this.id(name);
    return this.events.flatMap((event) =>
      event.type === "result" && event.result.id === id ? [event.result] : [],
    );
  }

  statusOf(name: string) {
    const status = this.engine.status(this.id(name));
    assert(status !== undefined, `${name} is not in the graph`);
    return status;
  }

  /** How many times a call was made for a cell. */
  count(verb: CellCall["verb"], name: string): number {
    return this.cells.calls.filter((call) => call.verb === verb && call.name === name).length;
  }

  /** When a call was made for a cell, in order. */
  timesOf(verb: CellCall["verb"], name: string): readonly number[] {
    return this.cells.calls
      .filter((call) => call.verb === verb && call.name === name)
      .map(({ atMs }) => atMs);
  }

  #resource({ name, secret, value = "good", lane, group, meta = {} }: DeclaredCell): Resource {
    const input: CellInput = {
      value: secret === undefined ? value : CONCEALED,
      ...(lane === undefined ? {} : { lane }),
      ...(group === undefined ? {} : { group }),
    };
    const spec = { ...input, name };
    const { kind } = this.cells.kind;
    if (secret === undefined) {
      return { id: this.id(name), kind, name, spec, input: { ...input }, meta };
    }
    const path = ["value"];
    const reference = { path, field: "spec.value", secrets: [secret], location: () => undefined };
    const written = { ...input, value: { $secret: secret } };
    return { id: this.id(name), kind, name, spec, input: written, meta, references: [reference] };
  }

  async #pause(durationMs: number): Promise<void> {
    if (durationMs <= 0) return;
    await new Promise<void>((resolve) => this.clock.schedule(durationMs, resolve));
  }
}

/** With what a ledger refuses everything while its disk is full. */
export function diskFull(): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: "the disk is full",
    resolution: "Make room.",
  });
}
