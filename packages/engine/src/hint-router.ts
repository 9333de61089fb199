import type { Clock } from "@holdfast/core";
import type { EngineNumbers } from "./options.ts";
import { type Hint, type HintKind, type HintSet, hintsOf } from "./queue/hint.ts";
import type { Schedule } from "./queue/schedule.ts";
import type { Timers } from "./queue/alarms.ts";
import type { WorkQueue } from "./queue/work-queue.ts";
import type { ResourceRecord } from "./records/resource-record.ts";

/** What a hint router works on. */
export interface HintRouterOptions {
  readonly clock: Clock;
  readonly numbers: EngineNumbers;
  readonly schedule: Schedule;
  readonly queue: WorkQueue<ResourceRecord>;
  /** Nothing is taken in any more. */
  readonly isClosed: () => boolean;
  /** Something was queued. */
  readonly onQueued: () => void;
}

/**
 * A hint on request is no burst. Were it to wait for a window, what depends on the resource would overtake it.
 */
const AT_ONCE: ReadonlySet<HintKind> = new Set(["generation", "operator"]);

/**
 * The one door for hints: puts them into the queue, at once or, when they come within the window after an earlier one,
 * together at its end (D4). Retries pass every window. It keeps the engine's logical time.
 */
export class HintRouter {
  readonly #options: HintRouterOptions;
  #stamp = 1;

  constructor(options: HintRouterOptions) {
    this.#options = options;
  }

  /** The engine's logical time: later than everything before. */
  nextStamp(): number {
    this.#stamp += 1;
    return this.#stamp;
  }

  /** Asks for an observation of a resource. */
  hint(record: ResourceRecord, kind: HintKind, trigger: string): void {
    const { clock, numbers, schedule, isClosed } = this.#options;
    if (record.isRemoved || isClosed()) return;
    const hint = { kind, trigger, atMs: clock.monotonicMs(), stamp: this.nextStamp() };
    if (kind !== "retry" && record.work.hints === undefined) {
      const admission = record.window.admit(hint.atMs, numbers.coalesceMs);
      if (admission.type === "at" && !AT_ONCE.has(kind)) {
        record.trailing = [...record.trailing, hint];
        record.alarms.set("window", admission.atMs, schedule);
        return;
      }
    }
    this.#enqueue(record, [hint]);
  }

  /** Asks for a run once more, with all that asked for it before. */
  again(record: ResourceRecord, hints: HintSet): void {
    this.#enqueue(record, hintsOf(hints));
  }

  /** What the alarms of a resource do. */
  timers(): Timers<ResourceRecord> {
    return {
      retry: (record) => this.hint(record, "retry", "retry"),
      resync: (record) => this.hint(record, "poll", "resync"),
      window: (record) => {
        const { clock, numbers } = this.#options;
        record.window.admit(clock.monotonicMs(), numbers.coalesceMs);
        const { trailing } = record;
        record.trailing = [];
        this.#enqueue(record, trailing);
      },
      limit: (record) => {
        const { deferred } = record;
        record.deferred = undefined;
        if (deferred !== undefined) this.#enqueue(record, hintsOf(deferred));
      },
      gate: (record) => this.hint(record, "condition", "what it waits for may be over"),
      deadline: (record) => record.deadline?.expire(),
    };
  }

  #enqueue(record: ResourceRecord, hints: readonly Hint[]): void {
    if (record.isRemoved) return;
    for (const hint of hints) this.#options.queue.add(record, hint);
    this.#options.onQueued();
  }
}
