type Unsynced =
  | { readonly type: "append"; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly sizeBytes: number };

/** One file of a simulated disk. What was not synced may be lost, wholly or in part, when the power is. */
export class SimulatedLogFile {
  #synced = new Uint8Array();
  #unsynced: Unsynced[] = [];
  hasDurableName = false;

  /** A file that has survived with some content. */
  static holding(content: Uint8Array): SimulatedLogFile {
    const file = new SimulatedLogFile();
    file.#synced = new Uint8Array(content);
    file.hasDurableName = true;
    return file;
  }

  get content(): Uint8Array {
    return this.#unsynced.reduce(applied, this.#synced);
  }

  /** Whether everything about it is on the disk. */
  get isSafe(): boolean {
    return this.hasDurableName && this.#unsynced.length === 0;
  }

  append(bytes: Uint8Array): void {
    this.#unsynced.push({ type: "append", bytes });
  }

  truncate(sizeBytes: number): void {
    this.#unsynced.push({ type: "truncate", sizeBytes });
  }

  sync(): void {
    this.#synced = new Uint8Array(this.content);
    this.#unsynced = [];
  }

  /**
   * What is found of it after the power was lost: what was synced, and of the rest as much as `luck` (0 to 1) gives, the
   * last write perhaps in part. `undefined` where the name was not durable and luck is below a half.
   */
  afterPowerLoss(luck: number): Uint8Array | undefined {
    if (!this.hasDurableName && luck < 0.5) return undefined;
    const share = luck * this.#unsynced.length;
    const whole = this.#unsynced.slice(0, Math.floor(share));
    const next = this.#unsynced[whole.length];
    if (next?.type === "append") {
      const lengthBytes = Math.floor(next.bytes.length * (share - whole.length));
      whole.push({ type: "append", bytes: next.bytes.subarray(0, lengthBytes) });
    }
    return whole.reduce(applied, this.#synced);
  }
}

function applied(content: Uint8Array<ArrayBuffer>, change: Unsynced): Uint8Array<ArrayBuffer> {
  if (change.type === "truncate") return content.slice(0, change.sizeBytes);
  const longer = new Uint8Array(content.length + change.bytes.length);
  longer.set(content);
  longer.set(change.bytes, content.length);
  return longer;
}
