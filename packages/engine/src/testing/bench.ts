import {
  ALLOW_ALL,
  assert,
  buildGraph,
  REDACTED,
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
  type FakeCall,
  type FakeInput,
  FakeResources,
  type FakeResourcesOptions,
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  type SimulatedHost,
  VirtualClock,
} from "@holdfast/testing";
import { Engine } from "../engine.ts";
import type { EngineOptions } from "../options.ts";
import type { EngineDeps } from "../runtime.ts";

/** One fake to declare. */
export interface DeclaredFake {
  readonly name: string;
  readonly value?: string;
  /** The path of a secret, instead of a value. */
  readonly secret?: string;
  readonly lane?: string;
  readonly group?: string;
  readonly meta?: ResourceMeta;
}

/** What fakes may be loaded with. */
export interface LoadedBesides {
  readonly secrets?: Secrets | undefined;
  /** Names of those that are only observed. */
  readonly detected?: readonly string[];
}

/** What a bench may be given besides the defaults. */
export interface BenchOptions {
  readonly seed?: number;
  readonly engine?: EngineOptions;
  readonly mode?: EngineDeps["mode"];
  readonly refusalOf?: EngineDeps["refusalOf"];
  /** Default: everything goes. */
  readonly policy?: EngineDeps["policy"];
  readonly ledger?: MemoryLedger;
  readonly observer?: EngineDeps["observer"];
  readonly graceEnds?: AbortSignal;
  readonly fakes?: Partial<FakeResourcesOptions>;
  /** Virtual milliseconds that a call takes. Default: none. */
  readonly takesMs?: (verb: FakeCall["verb"], name: string) => number;
}

/** An engine over a world of fakes on a virtual clock: what the laws of the engine are proved on. */
export class Bench {
  readonly clock = new VirtualClock();
  readonly events: EngineEvent[] = [];
  /** What the log was warned of. */
  readonly warnings: string[] = [];
  /** Warnings with their fields. */
  readonly logged: string[] = [];
  readonly ledger: MemoryLedger;
  readonly fakes: FakeResources;
  readonly engine: Engine;
  readonly host: HostWriter;
  /** The machine under it: files, mounts, interfaces and endpoints for conditions. */
  readonly machine: SimulatedHost;
  readonly #catalog;
  readonly #stop = new AbortController();

  constructor(options: BenchOptions = {}) {
    const { takesMs = () => 0 } = options;
    this.ledger = options.ledger ?? new MemoryLedger();
    this.fakes = new FakeResources({
      nowMs: () => this.clock.monotonicMs(),
      pause: (verb, name) => this.#pause(takesMs(verb, name)),
      ...options.fakes,
    });
    this.#catalog = createCatalog([this.fakes.kind]);
    const host = createSimulatedHost({ clock: this.clock });
    this.machine = host;
    const discard = (request: { readonly path: string }, signal: AbortSignal): Promise<void> =>
      this.fakes.discard(request.path, signal);
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
        policy: options.policy ?? ALLOW_ALL,
        mode: options.mode ?? "enforce",
        graceEnds: options.graceEnds,
      },
      options.engine ?? {},
    );
  }

  /** The graph of some fakes. */
  graph(fakes: readonly DeclaredFake[]): Graph {
    const resources = fakes.map((fake) => this.#resource(fake));
    const { value, diagnostics } = buildGraph(resources, {
      catalog: this.#catalog,
      log: silentLog,
    });
    assert(value !== undefined, `the bench's graph is broken: ${JSON.stringify(diagnostics)}`);
    return value;
  }

  async load(
    fakes: readonly DeclaredFake[],
    generation = 1,
    { secrets, detected = [] }: LoadedBesides = {},
  ): Promise<void> {
    const detectOnly = new Set(detected.map((name) => this.id(name)));
    const graph = this.graph(fakes);
    await this.engine.load({ graph, generation, detectOnly, ...(secrets && { secrets }) });
  }

  /** One pass over these fakes, to its end. */
  async converge(
    fakes: readonly DeclaredFake[],
    besides: LoadedBesides = {},
  ): Promise<ReadonlyMap<string, Result>> {
    await this.load(fakes, 1, besides);
    const report = await this.clock.finish(this.engine.converge(this.#stop.signal));
    return new Map(report.results.map((result) => [result.id.slice("fake:".length), result]));
  }

  /** Starts to serve these fakes and waits until the loop has begun. */
  async serve(
    fakes: readonly DeclaredFake[],
    timeoutMs?: number,
    detected: readonly string[] = [],
  ) {
    await this.load(fakes, 1, { detected });
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
    return this.fakes.id(name);
  }

  /** The results so far of one fake, in order. */
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

  /** How many times a call was made for a fake. */
  count(verb: FakeCall["verb"], name: string): number {
    return this.fakes.calls.filter((call) => call.verb === verb && call.name === name).length;
  }

  /** When a call was made for a fake, in order. */
  timesOf(verb: FakeCall["verb"], name: string): readonly number[] {
    return this.fakes.calls
      .filter((call) => call.verb === verb && call.name === name)
      .map(({ atMs }) => atMs);
  }

  #resource({ name, secret, value = "good", lane, group, meta = {} }: DeclaredFake): Resource {
    const input: FakeInput = {
      value: secret === undefined ? value : REDACTED,
      ...(lane === undefined ? {} : { lane }),
      ...(group === undefined ? {} : { group }),
    };
    const spec = { ...input, name };
    const { kind } = this.fakes.kind;
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
