import { Fault, type LogStorage, type Random } from "@holdfast/core";

/** The place of an agent's ledger on a simulated machine: outlives the agent, can be full, and tears when power goes. */
export class LogDisk {
  /** While true, every write is refused. */
  isFull = false;
  /** Durable writes so far. */
  writes = 0;
  #text: string | undefined;
  #appendsLeft = Number.POSITIVE_INFINITY;

  /** What is on it. */
  get text(): string {
    return this.#text ?? "";
  }

  /** Power goes in the middle of the append after so many: any part of it is stored. */
  tearAfter(appends: number): void {
    this.#appendsLeft = appends;
  }

  /** The disk as one process sees it. What a process asked for that has ended meanwhile never happens. */
  openFor(owner: LogOwner): LogStorage {
    const turn = async (): Promise<void> => {
      await Promise.resolve();
      if (owner.isDead()) await new Promise(() => {});
      if (this.isFull) throw diskFull();
    };
    return {
      read: () => Promise.resolve(this.#text),
      append: async (text) => {
        await turn();
        await this.#append(text, owner);
      },
      replace: async (text) => {
        await turn();
        this.#store(text);
      },
      truncate: async (sizeBytes) => {
        await turn();
        this.#store(Buffer.from(this.text).subarray(0, sizeBytes).toString());
      },
    };
  }

  async #append(text: string, owner: LogOwner): Promise<void> {
    // Power may have gone in another write since this one had its turn.
    if (owner.isDead()) await new Promise(() => {});
    this.#appendsLeft -= 1;
    if (this.#appendsLeft >= 0) return this.#store(this.text + text);
    this.#appendsLeft = Number.POSITIVE_INFINITY;
    const kept = Math.floor(owner.random.next() * (text.length + 1));
    this.#store(this.text + text.slice(0, kept));
    owner.losePower();
    await new Promise(() => {});
  }

  #store(text: string): void {
    this.writes += 1;
    this.#text = text;
  }
}

/** The process that keeps the log. */
export interface LogOwner {
  readonly random: Random;
  isDead(): boolean;
  losePower(): void;
}

function diskFull(): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: "the disk of the ledger is full",
    resolution: "Make room.",
  });
}
