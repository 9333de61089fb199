import type { Random } from "@holdfast/core";
import type { LogCalls } from "@holdfast/daemonkit/appendlog";
import { type LogCall, SimulatedLogDisk } from "@holdfast/testing/log-disk";

/** The process that keeps the log. */
export interface LogOwner {
  isDead(): boolean;
  losePower(): void;
}

/** The file of an agent's ledger. */
export const LEDGER = "ledger.jsonl";

/** The disk of an agent's ledger on a simulated machine: outlives the agent, can be full, and tears when power goes. */
export class LogDisk {
  #disk = new SimulatedLogDisk();
  #isFull = false;
  #writes = 0;
  #syncsLeft = Number.POSITIVE_INFINITY;

  /** While true, nothing can be added to it. */
  get isFull(): boolean {
    return this.#isFull;
  }

  set isFull(isFull: boolean) {
    this.#isFull = isFull;
    this.#disk.isFull = isFull;
  }

  /** How often it was written so far. */
  get writes(): number {
    return this.#writes;
  }

  /** What is left of the ledger should power go now. */
  get durableText(): string {
    return this.#disk.durableText(LEDGER);
  }

  /** Power goes before the sync after so many: any part of what was added since the last one is stored. */
  tearAfter(syncs: number): void {
    this.#syncsLeft = syncs;
  }

  /** The disk as one process sees it. What a process asked for that has ended meanwhile never happens. */
  openFor(owner: LogOwner): LogCalls {
    const before = (call: LogCall) => this.#before(call, owner);
    this.#replace(this.#disk.afterKill({ before }));
    return this.#disk.calls;
  }

  /** Power goes now. */
  losePower(random: Random): void {
    this.#replace(this.#disk.afterPowerLoss(() => random.next(), {}));
  }

  #replace(disk: SimulatedLogDisk): void {
    this.#disk = disk;
    this.#disk.isFull = this.#isFull;
  }

  async #before(call: LogCall, owner: LogOwner): Promise<void> {
    await Promise.resolve();
    if (owner.isDead()) await new Promise(() => {});
    if (call === "takeName" || (call === "append" && !this.#isFull)) this.#writes += 1;
    if (call !== "sync" || --this.#syncsLeft >= 0) return;
    this.#syncsLeft = Number.POSITIVE_INFINITY;
    owner.losePower();
    await new Promise(() => {});
  }
}
