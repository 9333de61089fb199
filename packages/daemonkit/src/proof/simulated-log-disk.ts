import type { LogCalls, LogFileCalls } from "../appendlog/log-calls.ts";

type Unsynced =
  | { readonly type: "append"; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly sizeBytes: number };

/** What a call does when its number comes. */
export type Injection = "none" | "power-lost" | "fails-once" | "fails-always";

/** A read may give less than was asked for, and here it does. */
const LONGEST_READ_BYTES = 50_000;

/** A disk with one log file. What was not synced may be lost, wholly or in part, when the power is. */
export class SimulatedLogDisk {
  #synced = new Uint8Array();
  #unsynced: Unsynced[] = [];
  #hasDurableName = false;
  #callCount = 0;
  readonly #injection: Injection;
  readonly #atCall: number;
  /** How much one write takes at most; a real one may stop anywhere. */
  readonly #longestWriteBytes: number;

  constructor(injection: Injection = "none", atCall = 0, longestWriteBytes = 100) {
    this.#injection = injection;
    this.#atCall = atCall;
    this.#longestWriteBytes = longestWriteBytes;
  }

  /** A disk that has survived with some content. */
  static holding(content: Uint8Array): SimulatedLogDisk {
    const disk = new SimulatedLogDisk();
    disk.#synced = new Uint8Array(content);
    disk.#hasDurableName = true;
    return disk;
  }

  get callCount(): number {
    return this.#callCount;
  }

  get content(): Uint8Array {
    return this.#unsynced.reduce(applied, this.#synced);
  }

  /**
   * What is found after the power was lost: what was synced, and of the rest as much as `luck` (0 to 1) gives, the
   * last write perhaps in part. Empty where the name was not durable.
   */
  afterPowerLoss(luck: number): Uint8Array {
    if (!this.#hasDurableName && luck < 0.5) return new Uint8Array();
    const share = luck * this.#unsynced.length;
    const whole = this.#unsynced.slice(0, Math.floor(share));
    const next = this.#unsynced[whole.length];
    if (next?.type === "append") {
      const lengthBytes = Math.floor(next.bytes.length * (share - whole.length));
      whole.push({ type: "append", bytes: next.bytes.subarray(0, lengthBytes) });
    }
    return whole.reduce(applied, this.#synced);
  }

  readonly calls: LogCalls = {
    open: () => this.#step(() => this.#file),
  };

  readonly #file: LogFileCalls = {
    sizeBytes: () => this.#step(() => this.content.length),
    read: (from, length) =>
      this.#step(() => this.content.slice(from, from + Math.min(length, LONGEST_READ_BYTES))),
    append: (bytes) =>
      this.#step(() => {
        const written = bytes.slice(0, this.#longestWriteBytes);
        this.#unsynced.push({ type: "append", bytes: written });
        return written.length;
      }),
    truncate: (sizeBytes) =>
      this.#step(() => {
        this.#unsynced.push({ type: "truncate", sizeBytes });
      }),
    sync: () =>
      this.#step(() => {
        this.#synced = new Uint8Array(this.content);
        this.#unsynced = [];
      }),
    syncDirectory: () =>
      this.#step(() => {
        this.#hasDurableName = true;
      }),
    close: async () => {},
  };

  async #step<T>(work: () => T): Promise<T> {
    this.#callCount += 1;
    const isHit = this.#callCount === this.#atCall;
    const isAfter = this.#callCount > this.#atCall;
    if (this.#injection === "fails-once" && isHit) throw diskError();
    if (this.#injection === "fails-always" && (isHit || isAfter)) throw diskError();
    // Nothing after the power is lost ever returns.
    if (this.#injection === "power-lost" && (isHit || isAfter)) await new Promise(() => {});
    return work();
  }
}

function applied(content: Uint8Array<ArrayBuffer>, change: Unsynced): Uint8Array<ArrayBuffer> {
  if (change.type === "truncate") return content.slice(0, change.sizeBytes);
  const longer = new Uint8Array(content.length + change.bytes.length);
  longer.set(content);
  longer.set(change.bytes, content.length);
  return longer;
}

function diskError(): Error {
  return Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
}
