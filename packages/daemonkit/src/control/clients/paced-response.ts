import type { ServerResponse } from "node:http";
import type { Clock } from "../../clock.ts";

/**
 * A client that takes next to nothing of what was sent to it for this long is cut off. The kernel tells only when some
 * 150 KB of a Unix socket are free again.
 */
const READ_WITHIN_MS = 60_000;
/** As much is sent before the client has to take some of it. */
const PIECE_BYTES = 64 * 1024;

/** What a paced response is made with. */
export interface PacedOptions {
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** Aborted when the client is gone, or is to be sent nothing more. */
  readonly gone: AbortSignal;
}

/** A response that is sent at the pace at which its client reads: no more is kept for it than one piece. */
export class PacedResponse {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #gone: AbortSignal;
  #wake: () => void = () => {};

  constructor({ response, clock, gone }: PacedOptions) {
    this.#response = response;
    this.#clock = clock;
    this.#gone = gone;
    gone.addEventListener("abort", () => this.wake(), { once: true });
    response.on("drain", () => this.wake());
  }

  get isGone(): boolean {
    return this.#gone.aborted || this.#response.destroyed;
  }

  /** Ends the wait that is under way. */
  wake(): void {
    this.#wake();
  }

  /** Sends a text. Resolves when the client has taken enough of it for more, or is gone. */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && !this.isGone; at += PIECE_BYTES) {
      await this.#writePiece(bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  /** Sends the rest and ends. */
  async end(bytes: Buffer): Promise<void> {
    let at = 0;
    for (; at + PIECE_BYTES < bytes.length && !this.isGone; at += PIECE_BYTES) {
      await this.#writePiece(bytes.subarray(at, at + PIECE_BYTES));
    }
    // Nobody closes again what is closed.
    if (this.isGone) return;
    const cancel = this.#clock.schedule(READ_WITHIN_MS, () => this.#response.destroy());
    this.#response.once("close", cancel);
    this.#response.end(bytes.subarray(at));
  }

  /** Waits until it is woken, for so long at most. @returns whether the time passed. */
  wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isOver: boolean): void => {
        this.#wake = () => {};
        cancel();
        resolve(isOver);
      };
      const cancel = this.#clock.schedule(delayMs, () => end(true));
      this.#wake = () => end(false);
    });
  }

  async #writePiece(piece: Buffer): Promise<void> {
    if (this.#response.write(piece)) return;
    const untilMs = this.#clock.monotonicMs() + READ_WITHIN_MS;
    while (!this.isGone && this.#response.writableNeedDrain) {
      const leftMs = untilMs - this.#clock.monotonicMs();
      if (leftMs <= 0) this.#response.destroy();
      else await this.wait(leftMs);
    }
  }
}
