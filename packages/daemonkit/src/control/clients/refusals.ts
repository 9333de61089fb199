import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

/** How often refused clients are logged at most, in milliseconds. */
const EVERY_MS = 60_000;

/** Logs that clients found no place: at once, and then at most once a minute with how many they were. */
export class Refusals {
  readonly #clock: Clock;
  readonly #log: Log;
  #unlogged = 0;
  #nextMs = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#nextMs = clock.monotonicMs();
  }

  /** Counts one. A client that asks again and again does not fill the log. */
  note(uid: number | undefined): void {
    this.#unlogged += 1;
    if (this.#clock.monotonicMs() < this.#nextMs) return;
    const count = this.#unlogged === 1 ? "1 client" : `${this.#unlogged} clients`;
    const who = uid === undefined ? "a user who is not known" : `user ${uid}`;
    const message = `${count} found no place on the control socket, the last was of ${who}`;
    this.#log.warn(message, { reason: "TooManyClients" });
    this.#unlogged = 0;
    this.#nextMs = this.#clock.monotonicMs() + EVERY_MS;
  }
}
