import { GrowingBytes } from "./growing-bytes.ts";

type Unsynced =
  | { readonly type: "append"; readonly atBytes: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly sizeBytes: number };

/** One file of a simulated disk. What was not synced may be lost, wholly or in part, when the power is. */
export class SimulatedLogFile {
  /** As processes see it. */
  readonly #seen: GrowingBytes;
  readonly #durable: GrowingBytes;
  #unsynced: Unsynced[] = [];

  /** A file that has survived with some content. Default: empty. */
  constructor(content?: Uint8Array) {
    this.#seen = new GrowingBytes(content);
    this.#durable = new GrowingBytes(content);
  }

  get content(): Uint8Array {
    return this.#seen.content;
  }

  /** As it is on the disk for certain. */
  get durable(): Uint8Array {
    return this.#durable.content;
  }

  get sizeBytes(): number {
    return this.#seen.sizeBytes;
  }

  /** Whether all of its content is on the disk, or was given up by a sync that failed. */
  get isSynced(): boolean {
    return this.#unsynced.length === 0;
  }

  read(fromBytes: number, lengthBytes: number): Uint8Array {
    return this.#seen.part(fromBytes, lengthBytes);
  }

  append(bytes: Uint8Array): void {
    this.#unsynced.push({ type: "append", atBytes: this.sizeBytes, bytes });
    this.#seen.put(this.sizeBytes, bytes);
  }

  truncate(sizeBytes: number): void {
    this.#unsynced.push({ type: "truncate", sizeBytes });
    this.#seen.cut(sizeBytes);
  }

  sync(): void {
    for (const change of this.#unsynced) apply(this.#durable, change);
    this.#unsynced = [];
  }

  /** What is not on the disk never gets there, although processes see it and later syncs succeed: so a kernel does it. */
  failSync(): void {
    this.#unsynced = [];
  }

  /**
   * What is found of it after the power was lost: what was synced, and of the rest as much as `luck` (0 to 1) gives, the
   * last write perhaps in part.
   */
  afterPowerLoss(luck: number): Uint8Array {
    const share = luck * this.#unsynced.length;
    const whole = this.#unsynced.slice(0, Math.floor(share));
    const next = this.#unsynced[whole.length];
    if (next?.type === "append") {
      const lengthBytes = Math.floor(next.bytes.length * (share - whole.length));
      whole.push({ ...next, bytes: next.bytes.subarray(0, lengthBytes) });
    }
    const left = new GrowingBytes(this.#durable.content);
    for (const change of whole) apply(left, change);
    return left.content;
  }
}

function apply(bytes: GrowingBytes, change: Unsynced): void {
  if (change.type === "truncate") bytes.cut(change.sizeBytes);
  else bytes.put(change.atBytes, change.bytes);
}
