import { readFileSync } from "node:fs";
import { codeOf } from "../system/error-code.ts";

/** What Linux sets when it is not configured (fs/notify/inotify/inotify_user.c). */
const USUAL_QUEUED_EVENTS = 16_384;

/**
 * Tells when the kernel's queue may have overflowed, which `fs.watch` hides. libuv empties the queue in one turn of
 * the loop, so a turn that brought half of what the queue can hold may have lost some; half, because events of
 * watches that are closed meanwhile are dropped before we see them.
 */
export class EventBurst {
  readonly #limit: number;
  readonly #tell = new Set<() => void>();
  #count = 0;
  #isTurnOpen = false;

  /** `limit` is how many events of one turn count as an overflow. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts an event of any session: they share the queue. */
  count(): void {
    this.#count += 1;
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    setImmediate(() => this.#endTurn());
  }

  /** Calls after each turn that may have lost events, until the returned function is called. */
  onOverflow(tell: () => void): () => void {
    this.#tell.add(tell);
    return () => this.#tell.delete(tell);
  }

  #endTurn(): void {
    const hasOverflowed = this.#count >= this.#limit;
    this.#count = 0;
    this.#isTurnOpen = false;
    if (!hasOverflowed) return;
    for (const tell of this.#tell) tell();
  }
}

/** Half of the kernel's queue. */
export function readOverflowLimit(): number {
  return Math.max(1, Math.floor(readQueuedEvents() / 2));
}

function readQueuedEvents(): number {
  try {
    const text = readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8");
    const queued = Number.parseInt(text, 10);
    return queued > 0 ? queued : USUAL_QUEUED_EVENTS;
  } catch (error) {
    // No /proc, or no inotify: another system, whose queue we do not know.
    if (codeOf(error) === undefined) throw error;
    return USUAL_QUEUED_EVENTS;
  }
}
