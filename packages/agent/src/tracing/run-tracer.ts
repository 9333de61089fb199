import { type Clock, kindOf, type Random, type ResourceId } from "@holdfast/core";
import type { RunEnd, RunObserver, Stage } from "@holdfast/engine";

/** A span that is over. Times are of the wall clock, in milliseconds since 1970, with fractions. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** `undefined` for the root of its trace. */
  readonly parentSpanId: string | undefined;
  readonly name: "reconcile" | Stage;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly isError: boolean;
}

/** What a tracer is made with. */
export interface RunTracerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Takes a run that is over, its root first. */
  readonly onTrace: (spans: readonly Span[]) => void;
}

/** As many stages of one run are kept; what comes on top of them is left out. */
const MOST_STAGES = 64;
const FAILURES: ReadonlySet<string> = new Set(["failed", "unknown", "denied"]);

/**
 * Makes a trace of each run that observed something: a span `reconcile` from its first stage to its end, and below it
 * the stages. They name the resource, what the run came to and why in one word, and hold no value of anything.
 */
export function createRunTracer(options: RunTracerOptions): RunObserver {
  const runs = new Map<ResourceId, TracedRun>();
  return {
    stage(id, stage) {
      const run = runs.get(id) ?? new TracedRun(options);
      runs.set(id, run);
      return run.begin(stage);
    },
    ended(id, end) {
      const run = runs.get(id);
      if (run === undefined) return;
      runs.delete(id);
      options.onTrace(run.end(id, end));
    },
  };
}

type Open = Omit<Span, "endMs" | "isError" | "attributes">;

/** One run under way. */
class TracedRun {
  readonly #options: RunTracerOptions;
  readonly #traceId: string;
  readonly #rootId: string;
  /** From the monotonic clock to the wall clock, as it was when the run began: a jump stretches no span. */
  readonly #offsetMs: number;
  readonly #startMs: number;
  readonly #open: Open[] = [];
  readonly #closed: Omit<Span, "attributes">[] = [];
  #begun = 0;

  constructor(options: RunTracerOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#traceId = random.hex(16);
    this.#rootId = random.hex(8);
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
    this.#startMs = this.#nowMs();
  }

  begin(name: Stage): () => void {
    if (this.#begun >= MOST_STAGES) return () => {};
    this.#begun += 1;
    const span: Open = {
      traceId: this.#traceId,
      spanId: this.#options.random.hex(8),
      parentSpanId: this.#open.at(-1)?.spanId ?? this.#rootId,
      name,
      startMs: this.#nowMs(),
    };
    this.#open.push(span);
    return () => this.#close(span, false);
  }

  end(id: ResourceId, { verdict, reason }: RunEnd): readonly Span[] {
    const isError = FAILURES.has(verdict);
    // Work that was given up has not ended; its span does.
    for (const span of this.#open.toReversed()) this.#close(span, true);
    const resource = { "holdfast.resource.id": id, "holdfast.resource.kind": kindOf(id) };
    const attributes = {
      ...resource,
      "holdfast.verdict": verdict,
      ...(reason === undefined ? {} : { "holdfast.reason": reason }),
    };
    const root = {
      traceId: this.#traceId,
      spanId: this.#rootId,
      parentSpanId: undefined,
      name: "reconcile",
      startMs: this.#startMs,
      endMs: this.#nowMs(),
      attributes,
      isError,
    } as const;
    return [root, ...this.#closed.map((span) => ({ ...span, attributes: resource }))];
  }

  #close(span: Open, isError: boolean): void {
    const at = this.#open.indexOf(span);
    if (at < 0) return;
    this.#open.splice(at, 1);
    this.#closed.push({ ...span, endMs: this.#nowMs(), isError });
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs() + this.#offsetMs;
  }
}
