import { type OutputFailure, failureOf, slowFailure } from "./output-failure.ts";

/** Where a queue writes. */
export interface Sink {
  /** Resolves when all of it was taken. @throws an errno error. */
  write(text: string): Promise<void>;
  /** It takes text at once and in its order: nothing ever waits for it. */
  readonly isImmediate: boolean;
}

/** Gets the state of the output; `undefined` is well. */
export type OutputListener = (failure: OutputFailure | undefined) => void;

/** A failure is over when everything could be written for so long. */
const STEADY_MS = 5_000;
/** At the end, one whose memory is bounded waits no longer than this for its reader. */
const LAST_WAIT_MS = 1_000;

/**
 * Text on its way out. Taking it never waits and never throws: what cannot be written is dropped, and that is reported
 * once, until everything can be written again. With a limit, text for a reader that does not read is dropped too.
 */
export class WriteQueue {
  readonly #sink: Sink;
  readonly #listeners = new Set<OutputListener>();
  #waiting: string[] = [];
  #heldCharacters = 0;
  #limitCharacters = Number.POSITIVE_INFINITY;
  /** It reached its limit: until all is written, nothing more is taken. */
  #isFull = false;
  #writing: Promise<void> | undefined;
  #failure: OutputFailure | undefined;
  #firstLoss: OutputFailure | undefined;
  #steady: NodeJS.Timeout | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Of what waits and of what is being written. */
  get heldCharacters(): number {
    return this.#heldCharacters;
  }

  /** The first failure that cost text; `undefined` when all was written, or there was no reader. */
  get loss(): OutputFailure | undefined {
    return this.#firstLoss;
  }

  write(text: string): void {
    const isTooMuch =
      this.#heldCharacters > 0 && this.#heldCharacters + text.length > this.#limitCharacters;
    if (isTooMuch && !this.#isFull) {
      this.#isFull = true;
      this.#fail(slowFailure());
    }
    if (this.#isFull) return;
    if (this.#sink.isImmediate) return void this.#writeOne(text);
    this.#waiting.push(text);
    this.#heldCharacters += text.length;
    // The first goes out at once, in this very turn.
    this.#writing ??= this.#writeAll();
  }

  /** From now on no more than this is held; one text that is longer is held alone. */
  limit(characters: number): void {
    this.#limitCharacters = characters;
  }

  /** Reports how the output is, now if it is not well, and whenever that changes. */
  listen(listener: OutputListener): void {
    this.#listeners.add(listener);
    if (this.#failure !== undefined) listener(this.#failure);
  }

  /** Resolves when all is written or dropped; with a limit after a second at the latest. */
  async settle(): Promise<void> {
    clearTimeout(this.#steady);
    if (this.#writing === undefined) return;
    if (this.#limitCharacters === Number.POSITIVE_INFINITY) return await this.#writing;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, LAST_WAIT_MS);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join("");
      this.#waiting = [];
      await this.#writeOne(text);
      this.#heldCharacters -= text.length;
    }
    this.#isFull = false;
    this.#writing = undefined;
  }

  async #writeOne(text: string): Promise<void> {
    try {
      await this.#sink.write(text);
      this.#succeed();
    } catch (error) {
      this.#fail(failureOf(error));
    }
  }

  #fail(failure: OutputFailure): void {
    clearTimeout(this.#steady);
    this.#steady = undefined;
    if (!failure.isReaderGone) this.#firstLoss ??= failure;
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    for (const listener of this.#listeners) listener(failure);
  }

  #succeed(): void {
    if (this.#failure === undefined || this.#isFull) return;
    this.#steady ??= setTimeout(() => this.#recover(), STEADY_MS).unref();
  }

  #recover(): void {
    this.#steady = undefined;
    this.#failure = undefined;
    for (const listener of this.#listeners) listener(undefined);
  }
}
