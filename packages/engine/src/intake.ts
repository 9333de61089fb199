import type { Clock } from "@holdfast/core";
import type { EngineNumbers } from "./options.ts";
import { type Hint, type HintKind, type HintSet, hintsOf } from "./queue/hint.ts";
import type { Schedule } from "./queue/schedule.ts";
import type { Rings } from "./queue/alarms.ts";
import type { WorkQueue } from "./queue/work-queue.ts";
import type { Tracked } from "./reconcile/tracked.ts";

/** What an intake works on. */
export interface IntakeOptions {
  readonly clock: Clock;
  readonly numbers: EngineNumbers;
  readonly schedule: Schedule;
  readonly queue: WorkQueue<Tracked>;
  /** Nothing is taken in any more. */
  readonly isClosed: () => boolean;
  /** Something was queued. */
  readonly onQueued: () => void;
}

/**
 * What somebody asked for is no burst. Were it to wait for a window, what depends on the resource would overtake it.
 */
const AT_ONCE: ReadonlySet<HintKind> = new Set(["generation", "operator"]);

/**
 * The one door for hints: puts them into the queue, at once or, when they come within the window after an earlier one,
 * together at its end (D4). Retries pass every window. It keeps the engine's logical time.
 */
export class Intake {
  readonly #options: IntakeOptions;
  #stamp = 1;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** The engine's logical time: later than everything before. */
  nextStamp(): number {
    this.#stamp += 1;
    return this.#stamp;
  }

  /** Asks for a look at a resource. */
  hint(tracked: Tracked, kind: HintKind, heard: string): void {
    const { clock, numbers, schedule, isClosed } = this.#options;
    if (tracked.isRemoved || isClosed()) return;
    const hint = { kind, heard, atMs: clock.monotonicMs(), stamp: this.nextStamp() };
    if (kind !== "retry" && tracked.work.hints === undefined) {
      const admission = tracked.window.admit(hint.atMs, numbers.coalesceMs);
      if (admission.type === "at" && !AT_ONCE.has(kind)) {
        tracked.trailing = [...tracked.trailing, hint];
        tracked.alarms.set("window", admission.atMs, schedule);
        return;
      }
    }
    this.#enqueue(tracked, [hint]);
  }

  /** Asks for a run once more, with all that asked for it before. */
  again(tracked: Tracked, hints: HintSet): void {
    this.#enqueue(tracked, hintsOf(hints));
  }

  /** What the alarms of a resource do. */
  rings(): Rings<Tracked> {
    return {
      retry: (tracked) => this.hint(tracked, "retry", "retry"),
      resync: (tracked) => this.hint(tracked, "poll", "resync"),
      window: (tracked) => {
        const { clock, numbers } = this.#options;
        tracked.window.admit(clock.monotonicMs(), numbers.coalesceMs);
        const { trailing } = tracked;
        tracked.trailing = [];
        this.#enqueue(tracked, trailing);
      },
      limit: (tracked) => {
        const { deferred } = tracked;
        tracked.deferred = undefined;
        if (deferred !== undefined) this.#enqueue(tracked, hintsOf(deferred));
      },
      deadline: (tracked) => tracked.deadline?.expire(),
    };
  }

  #enqueue(tracked: Tracked, hints: readonly Hint[]): void {
    if (tracked.isRemoved) return;
    for (const hint of hints) this.#options.queue.add(tracked, hint);
    this.#options.onQueued();
  }
}
