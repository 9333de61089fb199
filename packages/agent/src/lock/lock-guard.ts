import {
  abortFault,
  type Clock,
  type EventSink,
  type Fault,
  type Log,
  type OneShots,
  unreachable,
} from "@holdfast/core";
import type { LogCalls, LogFileCalls } from "@holdfast/daemonkit/appendlog";
import type { Lock, LockState } from "@holdfast/host";

/** What a lock is watched over with. */
export interface LockGuardOptions {
  readonly lock: Lock;
  readonly clock: Clock;
  readonly log: Log;
}

/** The condition of a lock that does not hold as it should. */
const SUBJECT = "lock";
/** A lock that was lost is noticed this much later at the latest. */
const BETWEEN_CHECKS_MS = 2_000;

/**
 * Watches over the lock of a root. A lost part of it is taken again where no other agent can have come in between;
 * where one can, everything that writes stops at once.
 */
export class LockGuard {
  readonly #options: LockGuardOptions;
  readonly #lost = new AbortController();
  /** One check after the other; never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #report: EventSink = () => {};
  #condition: string | undefined;

  constructor(options: LockGuardOptions) {
    this.#options = options;
  }

  /** Aborted with the fault LockLost when another agent may work on the root. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @throws {Fault} LockLost. */
  throwIfLost(): void {
    if (this.lost.aborted) throw abortFault(this.lost);
  }

  /** Checks now. @throws {Fault} LockLost. */
  async check(): Promise<void> {
    const checked = this.#last.then(() => this.#options.lock.check());
    this.#last = checked.then(
      (state) => this.#note(state),
      (error: unknown) => this.#noteBroken(error),
    );
    await this.#last;
    this.throwIfLost();
  }

  /** Checks at once and every 2 s until it is disposed, and reports what is not as it should be. */
  watch(report: EventSink): AsyncDisposable {
    this.#report = report;
    let isOver = false;
    let cancel = (): void => {};
    const later = (): void => {
      if (isOver || this.lost.aborted) return;
      cancel = this.#options.clock.schedule(BETWEEN_CHECKS_MS, now);
    };
    const now = (): void => void this.check().then(later, later);
    now();
    return {
      [Symbol.asyncDispose]: async () => {
        isOver = true;
        cancel();
        await this.#last;
        this.#report = () => {};
      },
    };
  }

  #note(state: LockState): void {
    switch (state.type) {
      case "held":
        return this.#recover();
      case "retaken":
        this.#degrade(state.fault);
        return this.#recover();
      case "weakened":
        return this.#degrade(state.fault);
      case "lost":
        this.#degrade(state.fault);
        return this.#lost.abort(state.fault);
      default:
        return unreachable(state);
    }
  }

  /** A check that cannot be made says nothing: the kernel keeps the lock. */
  #noteBroken(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.log.warn("the lock of the root cannot be checked", { message });
  }

  #degrade(fault: Fault): void {
    if (this.#condition === fault.message) return;
    this.#condition = fault.message;
    this.#report({ type: "degraded", subject: SUBJECT, fault: fault.toJSON() });
  }

  #recover(): void {
    if (this.#condition === undefined) return;
    this.#condition = undefined;
    this.#report({ type: "recovered", subject: SUBJECT });
  }
}

/** The file system of a log that is no longer written when another agent may write it. */
export function guardedLogCalls(calls: LogCalls, guard: LockGuard | undefined): LogCalls {
  if (guard === undefined) return calls;
  const guarded = async <T>(write: () => Promise<T>): Promise<T> => {
    guard.throwIfLost();
    return await write();
  };
  const guardedFile = (file: LogFileCalls): LogFileCalls => ({
    sizeBytes: () => file.sizeBytes(),
    read: (fromBytes, lengthBytes) => file.read(fromBytes, lengthBytes),
    close: () => file.close(),
    observe: () => file.observe(),
    append: (bytes) => guarded(() => file.append(bytes)),
    truncate: (sizeBytes) => guarded(() => file.truncate(sizeBytes)),
    sync: () => file.sync(),
    takeName: (path) => guarded(() => file.takeName(path)),
    syncDirectory: () => file.syncDirectory(),
  });
  return {
    open: async (path) => guardedFile(await guarded(() => calls.open(path))),
    openToRead: (path) => calls.openToRead(path),
    create: async (path) => guardedFile(await guarded(() => calls.create(path))),
    remove: (path) => guarded(() => calls.remove(path)),
    moveObstacle: (from, to) => guarded(() => calls.moveObstacle(from, to)),
    list: (directory) => calls.list(directory),
  };
}

/**
 * One-shots that begin only under a lock that holds. It is checked when the key is durable: an agent that took the lock
 * before then reads the ledger after that, and finds the key; one that takes it later is kept out.
 */
export function guardedOneShots(oneShots: OneShots, guard: LockGuard | undefined): OneShots {
  if (guard === undefined) return oneShots;
  return {
    state: (key) => oneShots.state(key),
    async begin(key, signal) {
      await oneShots.begin(key, signal);
      await guard.check();
    },
    done: (key, signal) => oneShots.done(key, signal),
    forget: (key, signal) => oneShots.forget(key, signal),
  };
}
