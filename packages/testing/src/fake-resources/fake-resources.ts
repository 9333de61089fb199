// Long because: it is one kind, with all that can go wrong with it.
import {
  type HintSink,
  type KindAction,
  type KindBatch,
  type Observation,
  type ReadContext,
  type ResourceId,
  resourceId,
  type ResourceKind,
  unknown,
  type WriteContext,
} from "@holdfast/core";
import * as z from "zod/mini";
import type { FakeCall, Trouble } from "./fake-call.ts";
import { watchFault, worldFault } from "./fake-resource-faults.ts";
import { type FakeInput, type FakeSpec, diffFake, seen } from "./fake-resource-spec.ts";
import { FakeWatch } from "./fake-resource-watch.ts";

/** FakeResources have no files; these paths stand for them. */
const FAKES = "/fakes/";

/** How fakes behave in time. */
export interface FakeResourcesOptions {
  readonly nowMs: () => number;
  /** Waits this long inside each apply; 0 for none. Given the wait itself, so that the clock is the test's. */
  readonly pause: (verb: FakeCall["verb"], name: string) => Promise<void>;
  readonly kind?: string;
  readonly canWatch?: boolean;
  readonly canSnapshot?: boolean;
  readonly canGroup?: boolean;
  readonly resyncMs?: number;
  /** Whether a fake that holds this carries what depends on it. Default: whatever it holds. */
  readonly carries?: (value: string | undefined) => boolean;
}

/**
 * A world of named fakes that hold a text, and the kind that keeps them: the smallest thing an engine can reconcile.
 * Tests change fakes behind the engine's back, drop or double hints, and make calls fail or hang.
 */
export class FakeResources {
  readonly values = new Map<string, string>();
  readonly calls: FakeCall[] = [];
  /** Trouble by `verb:name`, or `verb:all`. It lasts until removed. */
  readonly trouble = new Map<string, Trouble>();
  readonly kind: ResourceKind<FakeSpec, string, ReadonlyMap<string, string>, FakeInput>;
  readonly #options: FakeResourcesOptions;
  #watch: FakeWatch | undefined;
  #hang = Promise.withResolvers<void>();
  /** Called when an apply has written: what it brings along. */
  onApply: (name: string, action: KindAction<FakeSpec, string>) => void = () => {};
  /** Called when an observation begins: whether a person asks for it. */
  onObserve: (name: string, isAsked: boolean) => void = () => {};
  /** While set, opening a watch fails. */
  isWatchBroken = false;
  /** How many times a watch was opened. */
  watchesOpened = 0;

  constructor(options: FakeResourcesOptions) {
    this.#options = options;
    this.kind = this.#createKind();
  }

  id(name: string): ResourceId {
    return resourceId(this.kind.kind, name);
  }

  /** Changes a fake as somebody else would, and hints when the kind watches. */
  tamper(name: string, value: string | undefined): void {
    this.tamperUnnoticed(name, value);
    this.hint(name, "tampered");
  }

  /** Changes a fake and loses the hint. */
  tamperUnnoticed(name: string, value: string | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
  }

  /** A hint out of nowhere: harmless. */
  hint(name: string, trigger: string): void {
    this.#watch?.hint(name, trigger);
  }

  overflow(): void {
    this.#watch?.sink.overflow();
  }

  /** Ends the live watch as a broken event source does. */
  breakWatch(fault = watchFault()): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.end(fault);
  }

  /** Discards what an attempt on a fake left, for a host that is asked to. */
  async discard(path: string, signal: AbortSignal): Promise<void> {
    if (path.startsWith(FAKES)) await this.#disturb("recover", path.slice(FAKES.length), signal);
  }

  /** Ends everything that hangs for ever. */
  letGo(): void {
    this.#hang.resolve();
    this.#hang = Promise.withResolvers<void>();
  }

  get isWatched(): boolean {
    return this.#watch !== undefined;
  }

  /** The calls of one verb, as names in order. */
  namesOf(verb: FakeCall["verb"]): readonly string[] {
    return this.calls.filter((call) => call.verb === verb).map(({ name }) => name);
  }

  #createKind(): ResourceKind<FakeSpec, string, ReadonlyMap<string, string>, FakeInput> {
    const { kind = "fake", resyncMs = 600_000 } = this.#options;
    const { canWatch = true, canSnapshot = true, canGroup = false, carries } = this.#options;
    return {
      kind,
      summary: "A named text in a world made for tests.",
      support: { platforms: ["linux"], built: ["linux"], verified: [] },
      schema: z.strictObject({
        value: z.string(),
        lane: z.optional(z.string()),
        group: z.optional(z.string()),
      }),
      ports: [],
      resyncMs,
      secretFields: ["value"],
      bind: (name, input) => ({ ...input, name }),
      lanes: (spec) => [spec.lane ?? `${kind}:${spec.name}`],
      observe: (spec, context) => this.#observe(spec, context),
      diff: (spec, observed) => diffFake(spec, observed),
      apply: (action, context) => this.#apply(action, context),
      operations: {
        poke: {
          summary: "Is recorded.",
          risk: "benign",
          impact: "none",
          run: (spec, context) => this.#poke(spec.name, context.signal),
        },
      },
      refresh: (spec, context) => this.#disturb("refresh", spec.name, context.signal),
      isAbsent: ({ isAbsent = false }) => isAbsent,
      absent: (spec) => ({ ...spec, isAbsent: true }),
      temporaries: ({ name }) => [{ path: `${FAKES}${name}` }],
      fingerprint: (observed) => observed,
      ...(canSnapshot ? { snapshot: (specs, context) => this.#snapshot(specs, context) } : {}),
      ...(canWatch ? { watch: (specs, _context, sink) => this.#open(specs, sink) } : {}),
      ...(canGroup ? { batch: this.#batch() } : {}),
      ...(carries === undefined ? {} : { carries: (_spec, observed) => carries(observed) }),
    };
  }

  async #snapshot(
    specs: readonly FakeSpec[],
    { signal }: ReadContext,
  ): Promise<ReadonlyMap<string, string>> {
    const values = new Map(this.values);
    await this.#disturb("snapshot", String(specs.length), signal);
    return values;
  }

  /** What a snapshot holds is seen at once, as real kinds do it. */
  #observe(
    spec: FakeSpec,
    context: ReadContext<ReadonlyMap<string, string>>,
  ): Observation<string> | Promise<Observation<string>> {
    this.onObserve(spec.name, context.isAsked === true);
    if (this.trouble.get(`observe:${spec.name}`) === "unknown")
      return unknown(worldFault(spec.name));
    if (context.snapshot !== undefined) return seen(context.snapshot, spec);
    return this.#disturb("observe", spec.name, context.signal).then(() => seen(this.values, spec));
  }

  async #apply(action: KindAction<FakeSpec, string>, context: WriteContext): Promise<void> {
    const { name, value, isAbsent = false } = action.spec;
    try {
      await this.#disturb("apply", name, context.signal);
    } catch (error) {
      this.#record("apply-fails", name);
      throw error;
    }
    const hasEffect = this.trouble.get(`apply:${name}`) !== "no-effect";
    if (hasEffect && isAbsent) this.values.delete(name);
    else if (hasEffect) this.values.set(name, value);
    this.onApply(name, action);
    this.hint(name, "written");
    this.#record("apply-ends", name);
  }

  async #poke(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#disturb("operate", name, signal);
    } finally {
      this.#record("operate-ends", name);
    }
  }

  #batch(): KindBatch<FakeSpec, string> {
    return {
      key: (spec) => spec.group ?? spec.name,
      applyMany: async (members) => {
        const names = members.map(({ action }) => action.spec.name);
        const [first] = members;
        if (first !== undefined)
          await this.#disturb("batch", names.join("+"), first.context.signal);
        for (const name of names) {
          if (this.trouble.has(`apply:${name}`)) throw worldFault(name);
        }
        return members.map(({ action: { spec } }) => {
          if (this.trouble.has(`member:${spec.name}`)) return worldFault(spec.name);
          if (spec.isAbsent === true) this.values.delete(spec.name);
          else this.values.set(spec.name, spec.value);
          return undefined;
        });
      },
    };
  }

  async #disturb(verb: FakeCall["verb"], name: string, signal: AbortSignal): Promise<void> {
    this.#record(verb, name);
    await this.#options.pause(verb, name);
    const trouble = this.trouble.get(`${verb}:${name}`) ?? this.trouble.get(`${verb}:all`);
    if (trouble === "fail") throw worldFault(name);
    if (trouble === "fail-for-good") throw worldFault(name, "never");
    if (trouble === "throw") throw new TypeError(`${name} is not a function`);
    if (trouble === "hang") await aborted(signal);
    if (trouble === "hang-for-ever") await this.#hang.promise;
  }

  #record(verb: FakeCall["verb"], name: string): void {
    this.calls.push({ atMs: this.#options.nowMs(), verb, name });
  }

  async #open(specs: readonly FakeSpec[], sink: HintSink): Promise<FakeWatch> {
    this.watchesOpened += 1;
    if (this.isWatchBroken) throw watchFault();
    const watch = new FakeWatch(specs, sink, () => {
      if (this.#watch === watch) this.#watch = undefined;
    });
    this.#watch = watch;
    return watch;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
