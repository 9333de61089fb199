import { Fault, type LogStorage } from "@holdfast/core";

/** A log in memory that can fail and count; what was appended is durable at once. */
export class MemoryStorage implements LogStorage {
  text: string | undefined;
  /** Durable writes so far. */
  writes = 0;
  /** While true, every write is refused as by a full disk. */
  isFull = false;

  read(): Promise<string | undefined> {
    return Promise.resolve(this.text);
  }

  async append(text: string): Promise<void> {
    this.#write();
    this.text = (this.text ?? "") + text;
  }

  async replace(text: string): Promise<void> {
    this.#write();
    this.text = text;
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#write();
    const bytes = new TextEncoder().encode(this.text ?? "");
    this.text = new TextDecoder().decode(bytes.subarray(0, sizeBytes));
  }

  #write(): void {
    if (this.isFull) {
      throw new Fault({
        reason: "LedgerUnavailable",
        message: "the ledger's disk is full",
        resolution: "Make room.",
      });
    }
    this.writes += 1;
  }
}
