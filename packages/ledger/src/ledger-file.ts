// Long because: opening, adding, healing and compacting are done to one file and one memory, which must never part.
import { abortFault, Fault, type Log, throwIfAborted } from "@holdfast/core";
import {
  type AppendLog,
  DaemonFault,
  openAppendLog,
  sealWithChecksum,
} from "@holdfast/daemonkit/appendlog";
import { clearWay, copyAside, type LedgerPlace } from "./aside.ts";
import { LedgerCondition } from "./condition.ts";
import { keysLostFault, ledgerFault, readOnlyFault } from "./ledger-faults.ts";
import { Memory } from "./memory.ts";
import { type FoundLedger, readLedger } from "./read-ledger.ts";
import { formatRecord, type LedgerRecord } from "./record.ts";
import { sayFound, sayUnread } from "./say-found.ts";

/** What a ledger's file is opened with. */
export interface LedgerFileOptions extends LedgerPlace {
  readonly log: Log;
  /** Names a ledger that is made; 32 hex characters. */
  readonly newLineage: string;
  /** A reader takes no lock, and writes nothing. */
  readonly isReadOnly: boolean;
  /** It is rewritten when it has more than so many lines beyond twice what is needed. */
  readonly spareLines: number;
}

/** After these the content of the file is unknown: it is written anew from memory. */
const LOST_REASONS: ReadonlySet<string> = new Set(["AppendLogBroken", "AppendLogChanged"]);

/**
 * A ledger on the disk, and what it folds to: a record counts in memory when it is durable, and not before. Whatever
 * happens to the file, it is written anew from memory; until that succeeds nothing is acknowledged, and `condition`
 * says so.
 */
export class LedgerFile implements AsyncDisposable {
  readonly condition = new LedgerCondition();
  readonly #options: LedgerFileOptions;
  /** What was read, or why nothing could be. */
  #found: FoundLedger | Fault;
  #memory: Memory;
  #lineCount = 0;
  /** A compaction that failed is tried again when it has grown to this. */
  #compactFrom = 0;
  #log: AppendLog | undefined;
  #opening: Promise<AppendLog> | undefined;
  #healing: Promise<void> | undefined;
  #compacting: Promise<void> | undefined;

  /** Reads what is there, and fails for none of it. Nothing is written before the first record. */
  static async open(options: LedgerFileOptions, signal: AbortSignal): Promise<LedgerFile> {
    throwIfAborted(signal);
    try {
      return new LedgerFile(options, await readLedger(options, signal));
    } catch (error) {
      throwIfAborted(signal);
      return new LedgerFile(options, ledgerFault(error));
    }
  }

  private constructor(options: LedgerFileOptions, found: FoundLedger | Fault) {
    this.#options = options;
    this.#found = found;
    this.#memory = new Memory();
    if (found instanceof Fault) this.#takeUnread(found);
    else this.#take(found);
  }

  /** Another object once a ledger can be read that could not be when it was opened. */
  get memory(): Memory {
    return this.#memory;
  }

  /** There was no file, and nothing was written. */
  get isNew(): boolean {
    const isFound = this.#found instanceof Fault || this.#found.isThere;
    return !isFound && this.#lineCount === 0;
  }

  /**
   * Resolves when the record is durable, and part of the memory.
   * @throws {Fault} LedgerUnavailable, DiskFull, ReadOnly, PathUnsafe; that of the signal, and then it may become durable
   *   all the same.
   */
  async append(record: LedgerRecord, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#options.isReadOnly) throw readOnlyFault();
    await whileWanted(this.#add(record, signal), signal);
  }

  /**
   * Observes whether what is on the disk is still there, and repairs it where it is not; `condition` says so. It ends
   * with the signal, and never fails.
   */
  async check(signal: AbortSignal): Promise<void> {
    if (this.#options.isReadOnly || signal.aborted) return;
    // Only the signal ends it otherwise.
    await whileWanted(this.#check(), signal).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whether it opened is for the records that wait for it.
    await this.#opening?.catch(() => undefined);
    await this.#compacting;
    await this.#log?.[Symbol.asyncDispose]();
  }

  async #check(): Promise<void> {
    try {
      const log = (await this.#isUntouched()) ? undefined : await this.#ready();
      await log?.check();
      const isWrong = log?.fault !== undefined || this.condition.isRefusing;
      if (log !== undefined && isWrong) await this.#heal(log);
      this.condition.set("refused", undefined);
    } catch (error) {
      this.condition.set("refused", ledgerFault(error));
    }
  }

  async #add(record: LedgerRecord, signal: AbortSignal): Promise<void> {
    try {
      await this.#write(record, signal);
      this.condition.set("refused", undefined);
      this.#tellKeys();
    } catch (error) {
      throwIfAborted(signal);
      const fault = ledgerFault(error);
      this.condition.set("refused", fault);
      throw fault;
    }
  }

  async #write(record: LedgerRecord, signal: AbortSignal): Promise<void> {
    const log = await this.#ready();
    if (log.fault !== undefined) await this.#heal(log);
    try {
      await this.#appendTo(log, record, signal);
    } catch (error) {
      if (!isLost(error)) throw error;
      // What became of this line does not matter: the file is written anew, and the line comes after that.
      if (log.fault !== undefined) await this.#heal(log);
      await this.#appendTo(log, record, signal);
    }
    this.#compactIfGrown(log);
  }

  async #appendTo(log: AppendLog, record: LedgerRecord, signal: AbortSignal): Promise<void> {
    const onDurable = (): void => {
      this.#lineCount += 1;
      this.#memory.fold(record);
    };
    await log.append(formatRecord(record), { signal, onDurable });
  }

  #ready(): Promise<AppendLog> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<AppendLog> {
    const found = await this.#readable();
    const { log, path } = this.#options;
    if (found.tornBytes > 0) {
      log.warn("the last line of the ledger was torn by a crash and is dropped", { path });
    }
    if (!(await this.#isAsFound(found))) {
      await this.#takeOver("it was changed since it was read");
      this.#log = await this.#openAnew();
    } else if (found.isSound) {
      const { calls } = this.#options;
      this.#log = await openAppendLog({ calls, path, seal: sealWithChecksum });
    } else {
      if (found.lost.count > 0) await this.#keepCopy();
      this.#log = await this.#openAnew();
    }
    return this.#log;
  }

  async #openAnew(): Promise<AppendLog> {
    const { calls, path } = this.#options;
    await this.#clearWay();
    const content = (): Iterable<string> => this.#memory.lines();
    const opened = await openAppendLog({ calls, path, seal: sealWithChecksum, content });
    this.#lineCount = this.#memory.size;
    return opened;
  }

  /** What could not be read when it was opened may be readable by now. */
  async #readable(): Promise<FoundLedger> {
    if (!(this.#found instanceof Fault)) return this.#found;
    await this.#clearWay();
    const found = await readLedger(this.#options, new AbortController().signal);
    this.#found = found;
    this.#take(found);
    return found;
  }

  async #clearWay(): Promise<void> {
    const aside = await clearWay(this.#options);
    if (aside === undefined) return;
    this.#options.log.warn("what lay in the place of the ledger is moved aside", { path: aside });
  }

  async #keepCopy(): Promise<void> {
    const aside = await copyAside(this.#options);
    this.#options.log.warn("the ledger as it was found is kept aside", { path: aside });
  }

  /** Nothing was written yet, and what was read is still there, or still is not: then there is nothing to make good. */
  async #isUntouched(): Promise<boolean> {
    if (this.#opening !== undefined || this.#found instanceof Fault) return false;
    return !this.condition.isRefusing && (await this.#isAsFound(this.#found));
  }

  async #isAsFound(found: FoundLedger): Promise<boolean> {
    const file = await this.#options.calls.openToRead(this.#options.path);
    if (file === undefined) return !found.isThere;
    try {
      return found.isThere && (await file.sizeBytes()) === found.fileBytes;
    } finally {
      await file.close();
    }
  }

  /** All callers that wait for it share it. */
  #heal(log: AppendLog): Promise<void> {
    this.#healing ??= this.#rewrite(log).finally(() => {
      this.#healing = undefined;
    });
    return this.#healing;
  }

  async #rewrite(log: AppendLog): Promise<void> {
    const why = log.fault?.message ?? "records were refused";
    if (log.fault?.reason === "AppendLogChanged") await this.#takeOver(why);
    await this.#clearWay();
    await this.#writeAnew(log);
    this.#options.log.warn("the ledger was written anew from memory", { why });
  }

  /** Another program wrote the file, or removed it: a one-shot that it may have run must not run again. */
  async #takeOver(why: string): Promise<void> {
    this.#options.log.warn("somebody else has changed the ledger", { why });
    try {
      const { memory, isThere } = await readLedger(this.#options, new AbortController().signal);
      this.#memory.takeKeys(memory);
      if (isThere) await this.#keepCopy();
    } catch (error) {
      // What cannot be read is no ledger of ours.
      if (!(error instanceof DaemonFault && error.reason === "PathUnsafe")) throw error;
    }
  }

  #compactIfGrown(log: AppendLog): void {
    const isGrown = this.#lineCount > 2 * this.#memory.size + this.#options.spareLines;
    if (!isGrown || this.#lineCount < this.#compactFrom || this.#compacting !== undefined) return;
    this.#compacting = this.#compact(log).finally(() => {
      this.#compacting = undefined;
    });
  }

  /** Never rejects: what is on the disk is whole without it. */
  async #compact(log: AppendLog): Promise<void> {
    try {
      await this.#writeAnew(log);
      this.condition.set("growing", undefined);
    } catch (error) {
      this.#compactFrom = this.#lineCount + this.#options.spareLines;
      const fault = ledgerFault(error);
      this.condition.set("growing", fault);
      const { reason, message } = fault;
      this.#options.log.warn("the ledger cannot be made smaller", { reason, message });
    }
  }

  async #writeAnew(log: AppendLog): Promise<void> {
    let before = 0;
    await log.rewrite(() => {
      before = this.#lineCount;
      return this.#memory.lines();
    });
    // What was added since counts on.
    this.#lineCount += this.#memory.size - before;
  }

  #take(found: FoundLedger): void {
    this.#memory = found.memory;
    this.#memory.lineage ??= this.#options.newLineage;
    this.#lineCount = found.lineCount;
    sayFound(found, this.#options);
    this.#tellKeys();
  }

  #takeUnread(fault: Fault): void {
    sayUnread(fault, this.#options);
    this.condition.set("refused", fault);
    if (this.#options.isReadOnly) return;
    // What cannot be read may hold any key.
    this.#memory.fold({ type: "keys", as: "lost" });
    this.#tellKeys();
  }

  #tellKeys(): void {
    this.condition.set("unknown keys", this.#memory.areKeysInDoubt ? keysLostFault() : undefined);
  }
}

function isLost(error: unknown): boolean {
  return error instanceof DaemonFault && LOST_REASONS.has(error.reason);
}

/** The failures of work without a caller are reported by the condition. */
async function whileWanted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortFault(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
