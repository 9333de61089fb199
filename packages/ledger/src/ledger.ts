import {
  type Intent,
  type LastApplied,
  type Ledger,
  type Log,
  type LogStorage,
  type OneShots,
  type Outcome,
  type Pause,
  type Random,
  type ResourceId,
} from "@holdfast/core";
import { Memory } from "./memory.ts";
import { formatRecord, type LedgerRecord, parseLog } from "./record.ts";

/** What a ledger is kept with. */
export interface LedgerOptions {
  readonly storage: LogStorage;
  readonly random: Random;
  readonly log: Log;
}

/** A ledger that is open. Disposing rewrites it when most of it is history. */
export interface OpenLedger extends Ledger, AsyncDisposable {
  /** 32 hex characters, made with the ledger; a plan or an approval for another lineage is not for this one. */
  readonly lineage: string;
}

const LINEAGE_BYTES = 16;
/** Rewritten when it has more than this many lines beyond twice what is needed. */
const SPARE_LINES = 1_000;

/**
 * Opens the ledger. Reading is from memory; a write resolves when it is on disk. Nothing is written before the first
 * record, so that a pass that changes nothing writes nothing.
 * @throws {Fault} LedgerCorrupt, LedgerUnavailable, PathUnsafe.
 */
export async function openLedger(options: LedgerOptions, signal: AbortSignal): Promise<OpenLedger> {
  const text = (await options.storage.read(signal)) ?? "";
  const { records, tornAfterBytes } = parseLog(text);
  const memory = new Memory();
  for (const record of records) memory.fold(record);
  return new LogLedger(options, { memory, lines: records.length, tornAfterBytes });
}

interface Opened {
  readonly memory: Memory;
  readonly lines: number;
  readonly tornAfterBytes: number | undefined;
}

class LogLedger implements OpenLedger {
  readonly lineage: string;
  readonly oneShots: OneShots;
  readonly #options: LedgerOptions;
  readonly #memory: Memory;
  readonly #tornAfterBytes: number | undefined;
  #lines: number;
  #ready: Promise<void> | undefined;

  constructor(options: LedgerOptions, opened: Opened) {
    this.#options = options;
    this.#memory = opened.memory;
    this.#lines = opened.lines;
    this.#tornAfterBytes = opened.tornAfterBytes;
    this.lineage = opened.memory.lineage ?? options.random.hex(LINEAGE_BYTES);
    this.oneShots = this.#createOneShots();
  }

  lastApplied(id: ResourceId): LastApplied | undefined {
    return this.#memory.applied.get(id);
  }

  inFlight(): readonly Intent[] {
    return [...this.#memory.open.values()];
  }

  owed(id: ResourceId): boolean {
    return this.#memory.owed.has(id);
  }

  begin(intent: Intent, signal: AbortSignal): Promise<void> {
    return this.#append({ type: "intent", ...intent }, signal);
  }

  task(attempt: string, taskId: string, signal: AbortSignal): Promise<void> {
    return this.#append({ type: "task", attempt, taskId }, signal);
  }

  finish(outcome: Outcome, signal: AbortSignal): Promise<void> {
    return this.#append(outcome, signal);
  }

  owe(id: ResourceId, signal: AbortSignal): Promise<void> {
    return this.#append({ type: "owed", id }, signal);
  }

  refreshed(id: ResourceId, signal: AbortSignal): Promise<void> {
    return this.#append({ type: "refreshed", id }, signal);
  }

  paused(): Pause | undefined {
    return this.#memory.pause;
  }

  async pause(pause: Pause | undefined, signal: AbortSignal): Promise<void> {
    if (pause === undefined && this.#memory.pause === undefined) return;
    await this.#append({ type: "pause", pause: pause ?? null }, signal);
  }

  generationOf(manifest: { readonly digest: string; readonly generation?: number }): number {
    if (manifest.generation !== undefined) return manifest.generation;
    const last = this.#memory.generation;
    if (last === undefined) return 1;
    return last.digest === manifest.digest ? last.generation : last.generation + 1;
  }

  async accept(
    manifest: { readonly digest: string; readonly generation: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { digest, generation } = manifest;
    const last = this.#memory.generation;
    if (last?.digest === digest && last.generation === generation) return;
    await this.#append({ type: "generation", generation, digest }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { size } = this.#memory;
    if (this.#ready === undefined || this.#lines <= 2 * size + SPARE_LINES) return;
    const text = [...this.#memory.records()].map(formatRecord).join("");
    await this.#options.storage.replace(text, new AbortController().signal);
    this.#lines = size;
  }

  /** The record counts in memory only when it is on disk. */
  async #append(record: LedgerRecord, signal: AbortSignal): Promise<void> {
    this.#ready ??= this.#prepare(signal).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    await this.#ready;
    this.#lines += 1;
    await this.#options.storage.append(formatRecord(record), signal);
    this.#memory.fold(record);
  }

  /** Before the first record of this life: cut off what a crash tore, and give a new ledger its lineage. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { storage, log } = this.#options;
    if (this.#tornAfterBytes !== undefined) {
      log.warn("the last line of the ledger was torn by a crash and is dropped");
      await storage.truncate(this.#tornAfterBytes, signal);
    }
    if (this.#memory.lineage !== undefined) return;
    const record: LedgerRecord = { type: "ledger", version: 1, lineage: this.lineage };
    await storage.append(formatRecord(record), signal);
    this.#memory.fold(record);
  }

  #createOneShots(): OneShots {
    const turn = (as: "begun" | "done" | "forgotten") => (key: string, signal: AbortSignal) =>
      this.#append({ type: "key", key, as }, signal);
    return {
      state: (key) => this.#memory.keys.get(key),
      begin: turn("begun"),
      done: turn("done"),
      forget: turn("forgotten"),
    };
  }
}
