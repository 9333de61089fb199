import { type Clock, grownDelayMs, type Log } from "@holdfast/core";
import type { Span } from "./run-tracer.ts";

/** What a queue of spans is made with. */
export interface SpanQueueOptions {
  /** Delivers spans and resolves to the status of the answer, as HTTP says it. */
  readonly send: (spans: readonly Span[], signal: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}

/** As many spans wait at most: three for each of 2,000 resources, and what comes meanwhile. */
export const MOST_SPANS = 10_000;
/** As many are delivered together. */
export const BATCH_SPANS = 512;
const DELAY_MS = 2_000;
const RETRY = { baseMs: 5_000, capMs: 60_000 };
const CLOSING_MS = 5_000;
/** Answers that ask to try again; anything else but success means that these spans are not wanted. */
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Spans on their way to a collector. Taking them never waits and never throws; what finds no room, or is not wanted, is
 * dropped and counted. A collector that does not answer is said once in the log, and when it does again.
 */
export class SpanQueue implements AsyncDisposable {
  readonly #options: SpanQueueOptions;
  readonly #stop = new AbortController();
  readonly #waiting: Span[] = [];
  #dropped = 0;
  #failures = 0;
  #cancel: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
  }

  /** How many spans are lost so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the spans of one trace: all of them or none. */
  add(spans: readonly Span[]): void {
    if (this.#closing !== undefined || this.#waiting.length + spans.length > MOST_SPANS) {
      this.#dropped += spans.length;
      return;
    }
    this.#waiting.push(...spans);
    this.#sendLater(DELAY_MS);
  }

  /** Delivers what waits, within 5 s. Resolves in any case. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #sendLater(delayMs: number): void {
    if (this.#cancel !== undefined || this.#sending !== undefined) return;
    this.#cancel = this.#options.clock.schedule(delayMs, () => {
      this.#cancel = undefined;
      this.#sending ??= this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    // It must not be over before its starter has noted that it runs.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_SPANS);
      const refusal = await this.#deliver(batch);
      if (refusal !== undefined) {
        this.#say(refusal);
        break;
      }
      this.#waiting.splice(0, batch.length);
    }
    this.#sending = undefined;
    if (this.#waiting.length === 0 || this.#closing !== undefined) return;
    this.#sendLater(grownDelayMs(this.#failures, RETRY));
  }

  /** @returns why it is to be tried again; `undefined` when the batch is done with. */
  async #deliver(batch: readonly Span[]): Promise<string | undefined> {
    try {
      const status = await this.#options.send(batch, this.#stop.signal);
      if (RETRIED.has(status)) return `the answer is ${status}`;
      if (status >= 200 && status < 300) this.#recover();
      else this.#refused(status, batch.length);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #refused(status: number, count: number): void {
    this.#dropped += count;
    this.#say(`the answer is ${status}, and they are dropped`);
  }

  #say(why: string): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#options.log.warn(`traces cannot be delivered: ${why}`, { reason: "TraceExportFailed" });
  }

  #recover(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    const fields = { reason: "TraceExportRecovered", dropped: this.#dropped };
    this.#options.log.info("traces are delivered again", fields);
  }

  async #close(): Promise<void> {
    this.#cancel?.();
    const cancel = this.#options.clock.schedule(CLOSING_MS, () => this.#stop.abort());
    await this.#sending;
    if (this.#waiting.length > 0) await this.#sendAll();
    cancel();
  }
}
