import { type Clock, Fault, grownDelayMs } from "@holdfast/core";
import type { EventInput, EventRecord } from "@holdfast/daemonkit/eventlog";

/** What the queue writes to. */
export interface EntryStore extends AsyncDisposable {
  /** Resolves when the entry is durable. */
  append(entry: EventInput): Promise<EventRecord>;
}

/** What a queue of entries is made with. */
export interface EntryQueueOptions {
  /** Called for the first entry, and again after it failed. */
  readonly open: () => Promise<EntryStore>;
  readonly clock: Clock;
  /** Takes why nothing can be written, once, and `undefined` when it can be again. */
  readonly onCondition: (fault: Fault | undefined) => void;
}

/** As many entries wait at most; what comes on top of them is counted and lost. */
export const MOST_WAITING = 2_000;
/** As many are made durable together. */
const BATCH = 256;
/** A disk that takes longer than this does not answer. */
const SLOW_MS = 10_000;
/** An end waits no longer than this for the disk. */
const CLOSING_MS = 5_000;
const RETRY = { baseMs: 1_000, capMs: 60_000 };
const LOST = "EventsLost";
/** Of no use to try again: the entry itself is refused. */
const REFUSED: ReadonlySet<string> = new Set(["EventInvalid", "LineInvalid"]);

/**
 * Entries on their way to the disk, in their order. Taking one never waits and never throws. What cannot be written is
 * kept and tried again, after 1 s, 2 s and so on up to a minute; an entry whose write failed may be in the log twice.
 */
export class EntryQueue implements AsyncDisposable {
  readonly #options: EntryQueueOptions;
  #waiting: EventInput[] = [];
  #store: EntryStore | undefined;
  #writing: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  #lost = 0;
  #condition: Fault | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EntryQueueOptions) {
    this.#options = options;
  }

  /** Takes an entry. After the end nothing is taken. */
  add(entry: EventInput): void {
    if (this.#closing !== undefined) return;
    if (this.#waiting.length >= MOST_WAITING) this.#lost += 1;
    else this.#waiting.push(entry);
    if (this.#cancelRetry === undefined) this.#writing ??= this.#writeAll();
  }

  /** How many entries are not durable yet; those that are lost count too. */
  get unwritten(): number {
    return this.#waiting.length + this.#lost;
  }

  /** Why nothing can be written now; `undefined` as long as everything can. */
  get condition(): Fault | undefined {
    return this.#condition;
  }

  /** Writes what waits, within 5 s. Resolves in any case. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #writeAll(): Promise<void> {
    // Entries of the same turn go out together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const fault = await this.#watched(() => this.#writeBatch());
      if (fault !== undefined) {
        this.#retryLater(fault);
        break;
      }
      this.#failures = 0;
      this.#say(undefined);
      this.#owe();
    }
    this.#writing = undefined;
  }

  /** @returns why some of them could not be written; those wait on. */
  async #writeBatch(): Promise<Fault | undefined> {
    const batch = this.#waiting.slice(0, BATCH);
    try {
      this.#store ??= await this.#options.open();
    } catch (error) {
      return unavailable(error);
    }
    const { append } = bound(this.#store);
    const outcomes = await Promise.allSettled(batch.map(append));
    const left: EventInput[] = [];
    let fault: Fault | undefined;
    for (const [index, outcome] of outcomes.entries()) {
      const entry = batch[index];
      if (outcome.status === "fulfilled" || entry === undefined) continue;
      const isHopeless = REFUSED.has(reasonOf(outcome.reason)) && entry.reason !== LOST;
      if (isHopeless) this.#lost += 1;
      else left.push(entry);
      fault ??= left.length > 0 ? unavailable(outcome.reason) : undefined;
    }
    this.#waiting = [...left, ...this.#waiting.slice(batch.length)];
    return fault;
  }

  /** A disk that does not answer is condition too, although it has not failed yet. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    const cancel = this.#options.clock.schedule(SLOW_MS, () =>
      this.#say(unavailable(new Error(`the disk has not answered for ${SLOW_MS / 1_000} s`))),
    );
    try {
      return await work();
    } finally {
      cancel();
    }
  }

  /** Says in the log, when it can be written again, what is not in it. */
  #owe(): void {
    if (this.#lost === 0 || this.#waiting.length > 0) return;
    const count = this.#lost;
    this.#lost = 0;
    const message = `${count} ${count === 1 ? "event" : "events"} could not be kept`;
    this.#waiting.push({ level: "warn", reason: LOST, message, data: { count } });
  }

  #retryLater(fault: Fault): void {
    this.#say(fault);
    this.#failures += 1;
    if (this.#closing !== undefined) return;
    const delayMs = grownDelayMs(this.#failures, RETRY);
    this.#cancelRetry = this.#options.clock.schedule(delayMs, () => {
      this.#cancelRetry = undefined;
      this.#writing ??= this.#writeAll();
    });
  }

  #say(fault: Fault | undefined): void {
    const isNews = (this.#condition === undefined) !== (fault === undefined);
    this.#condition = fault;
    if (isNews) this.#options.onCondition(fault);
  }

  async #close(): Promise<void> {
    this.#cancelRetry?.();
    const { clock } = this.#options;
    const late = Promise.withResolvers<void>();
    const cancel = clock.schedule(CLOSING_MS, late.resolve);
    await Promise.race([this.#finish(), late.promise]);
    cancel();
  }

  async #finish(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) await this.#writeAll();
    await this.#store?.[Symbol.asyncDispose]();
  }
}

function bound(store: EntryStore) {
  return { append: (entry: EventInput) => store.append(entry) };
}

function reasonOf(error: unknown): string {
  const reason: unknown = error instanceof Error ? Reflect.get(error, "reason") : undefined;
  return typeof reason === "string" ? reason : "";
}

function unavailable(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const resolution: unknown = error instanceof Error ? Reflect.get(error, "resolution") : undefined;
  const advice = typeof resolution === "string" ? resolution : "Check the disk of the event log.";
  return new Fault({
    reason: "EventLogUnavailable",
    message: `the event log cannot be written: ${message}`,
    resolution: `${advice.replace(/\.?$/, ".")} Events are kept meanwhile, and it is tried again by itself.`,
    cause: error,
  });
}
