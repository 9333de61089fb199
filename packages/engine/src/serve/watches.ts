import { type AnyKind, Fault, toFault, type Watch } from "@holdfast/core";
import { createAlarm } from "../queue/schedule.ts";
import type { Tracked } from "../reconcile/tracked.ts";
import type { Runtime } from "../runtime.ts";

/** Waits between restarts of a watch (D9). */
const RESTART_BASE_MS = 1_000;
const RESTART_CAP_MS = 300_000;
/** A watch that is not live by then has failed. */
const OPEN_WITHIN_MS = 30_000;
/** A watch that heard for this long is healthy: the next failure starts from the base again. */
const HEALTHY_AFTER_MS = 60_000;

/** The watches of all kinds. One that fails is restarted with backoff; its resources are polled meanwhile. */
export class Watches {
  readonly #runtime: Runtime;
  readonly #byKind = new Map<string, KindWatch>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Resolves when every kind that can be watched is, or has failed once and will be tried again. */
  async update(tracked: Iterable<Tracked>): Promise<void> {
    const byKind = Map.groupBy(tracked, ({ bulk }) => bulk);
    const gone = [...this.#byKind.keys()].filter((kind) => !byKind.has(kind));
    const closing = gone.map(async (kind) => {
      await this.#byKind.get(kind)?.close();
      this.#byKind.delete(kind);
    });
    const opening = [...byKind.values()].map((members) => this.#updateKind(members));
    await Promise.all([...closing, ...opening]);
  }

  /** Whether a kind is heard at this moment. */
  isLive(kind: string): boolean {
    return this.#byKind.get(kind)?.isLive === true;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byKind.values()].map((watch) => watch.close()));
    this.#byKind.clear();
  }

  async #updateKind(members: readonly Tracked[]): Promise<void> {
    const kind = members[0]?.declared.kind;
    if (kind?.watch === undefined) return;
    const existing = this.#byKind.get(kind.kind);
    if (existing) return existing.replace(members);
    const watch = new KindWatch(this.#runtime, kind, members);
    this.#byKind.set(kind.kind, watch);
    await watch.open();
  }
}

/** The watch of one kind's resources, and its restarts. */
class KindWatch {
  readonly #runtime: Runtime;
  readonly #kind: AnyKind;
  readonly #restart = createAlarm(this, (watch) => void watch.open());
  #members: readonly Tracked[];
  #watch: Watch | undefined;
  /** `undefined` while nothing is heard. */
  #liveSinceMs: number | undefined;
  #failures = 0;
  /** Counts them, so that of two at once only the newer is kept. */
  #openings = 0;
  #isClosed = false;

  constructor(runtime: Runtime, kind: AnyKind, members: readonly Tracked[]) {
    this.#runtime = runtime;
    this.#kind = kind;
    this.#members = members;
  }

  get isLive(): boolean {
    return this.#watch !== undefined;
  }

  /** Opens the watch; a failure is reported and tried again later. After a failure everything is looked at. */
  async open(): Promise<void> {
    if (this.#isClosed) return;
    this.#openings += 1;
    const opening = this.#openings;
    try {
      const watch = await this.#openInTime(this.#openWatch(this.#members));
      const isOutdated = this.#isClosed || opening !== this.#openings;
      if (isOutdated) return await watch[Symbol.asyncDispose]();
      this.#adopt(watch);
      if (this.#failures > 0) this.#announceRecovery();
    } catch (error) {
      this.#fail(toFault(error));
    }
  }

  /** Watches other members; the old watch hears until the new one does. */
  async replace(members: readonly Tracked[]): Promise<void> {
    const isSame =
      members.length === this.#members.length &&
      members.every(
        (member, at) => member === this.#members[at] && member.wasWatchedAs === member.declared,
      );
    if (isSame) return;
    this.#members = members;
    const old = this.#watch;
    this.#watch = undefined;
    await this.open();
    await old?.[Symbol.asyncDispose]();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#runtime.schedule.clear(this.#restart);
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.[Symbol.asyncDispose]();
  }

  /** A kind whose watch hangs is polled like one whose watch failed: the others do not wait for it. */
  async #openInTime(opening: Promise<Watch>): Promise<Watch> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#runtime.clock.schedule(OPEN_WITHIN_MS, () =>
      late.reject(openedTooLate(this.#kind.kind)),
    );
    try {
      return await Promise.race([opening, late.promise]);
    } catch (error) {
      // Should it open after all, nobody wants it any more.
      opening.then((watch) => watch[Symbol.asyncDispose]()).catch(() => {});
      throw error;
    } finally {
      cancel();
    }
  }

  async #openWatch(members: readonly Tracked[]): Promise<Watch> {
    for (const member of members) member.wasWatchedAs = member.declared;
    const specs = members.map(({ declared }) => declared.resource.spec);
    const { host, log, killed: signal } = this.#runtime;
    const watch = await this.#kind.watch?.(
      specs,
      { host, signal, log },
      {
        hint: (position, heard) => {
          const member = members[position];
          if (member !== undefined) this.#runtime.hint(member, "watch", heard);
        },
        overflow: () => this.#hintAll("events were lost"),
      },
    );
    if (watch !== undefined) return watch;
    throw new Fault({
      reason: "WatchFailed",
      message: `${this.#kind.kind} has no watch`,
      resolution: "Report this: a kind without a watch must not be watched.",
    });
  }

  #adopt(watch: Watch): void {
    this.#watch = watch;
    this.#liveSinceMs = this.#runtime.clock.monotonicMs();
    void watch.ended.then((fault) => {
      if (this.#watch !== watch) return;
      this.#watch = undefined;
      this.#fail(fault ?? endedQuietly(this.#kind.kind));
    });
  }

  #fail(fault: Fault): void {
    if (this.#isClosed) return;
    const now = this.#runtime.clock.monotonicMs();
    const wasHealthy =
      this.#liveSinceMs !== undefined && now - this.#liveSinceMs >= HEALTHY_AFTER_MS;
    if (wasHealthy) this.#failures = 0;
    this.#liveSinceMs = undefined;
    this.#failures += 1;
    const delayMs = Math.min(
      RESTART_CAP_MS,
      RESTART_BASE_MS * 2 ** Math.min(this.#failures - 1, 20),
    );
    this.#runtime.schedule.set(this.#restart, now + delayMs);
    this.#runtime.events({ type: "degraded", subject: this.#subject(), fault: fault.toJSON() });
    this.#hintAll("its watch ended");
  }

  #announceRecovery(): void {
    this.#runtime.events({ type: "recovered", subject: this.#subject() });
    this.#hintAll("its watch is live again");
  }

  #hintAll(heard: string): void {
    for (const member of this.#members) this.#runtime.hint(member, "poll", heard);
  }

  #subject(): string {
    return `watch:${this.#kind.kind}`;
  }
}

function openedTooLate(kind: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the watch of ${kind} was not live within ${OPEN_WITHIN_MS} ms`,
    resolution: "Nothing to do: it is tried again, and its resources are polled meanwhile.",
  });
}

function endedQuietly(kind: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the watch of ${kind} ended without a reason`,
    resolution: "Nothing to do: it is restarted, and its resources are polled meanwhile.",
  });
}
