import {
  checkSeal,
  type LogLine,
  readLogLines,
  splitAtSeals,
  withoutSeal,
} from "@holdfast/daemonkit/appendlog";
import { isSomethingAside, type LedgerPlace } from "./aside.ts";
import { LostLines } from "./lost-lines.ts";
import { Memory } from "./memory.ts";
import { type LedgerRecord, parseRecord } from "./record.ts";

/** What a ledger's file holds. */
export interface FoundLedger {
  readonly memory: Memory;
  /** There was a file. */
  readonly isThere: boolean;
  /** Whole lines. */
  readonly lineCount: number;
  /** Lines that are records. */
  readonly recordCount: number;
  /** Everything. */
  readonly fileBytes: number;
  /** Of a last line without an end: it was being written when the machine stopped, and was never acknowledged. */
  readonly tornBytes: number;
  readonly lost: LostLines;
  /** It can be added to as it is: nothing in it is lost, or without a checksum. */
  readonly isSound: boolean;
}

/**
 * Reads a ledger, whatever is in it, in bounded memory beside what it folds to. A damaged line takes no other with it.
 * @throws {DaemonFault} PathUnsafe, FileFailed; that of the signal.
 */
export async function readLedger(place: LedgerPlace, signal: AbortSignal): Promise<FoundLedger> {
  const reader = new LedgerReader();
  const file = await place.calls.openToRead(place.path);
  if (file === undefined) return reader.foundNone(await isSomethingAside(place));
  try {
    for await (const lines of readLogLines(file, signal)) {
      for (const line of lines) reader.take(line);
    }
  } finally {
    await file.close();
  }
  return reader.found();
}

class LedgerReader {
  readonly #memory = new Memory();
  readonly #lost = new LostLines();
  #lineCount = 0;
  #recordCount = 0;
  #fileBytes = 0;
  #tornBytes = 0;
  /** A record is whole and has no line break of its own. */
  #isBreakLost = false;
  /** How many lines were taken that have no checksum, as the first format has none. */
  #oldCount = 0;
  #isSealed = false;

  take({ number, bytes, isEnded }: LogLine): void {
    if (!isEnded) return this.#takeTail(number, bytes);
    this.#lineCount += 1;
    this.#fileBytes += bytes.length + 1;
    const text = bytes.toString("utf8");
    const seal = checkSeal(text);
    if (seal === "sound") this.#takeSound(number, text);
    else if (seal === "damaged" || !this.#takeOld(text)) this.#takeDamaged(number, bytes);
  }

  /** There is no file; `hadOne` says whether there was one. */
  foundNone(hadOne: boolean): FoundLedger {
    return { ...this.#foundWith(hadOne), isThere: false };
  }

  found(): FoundLedger {
    // A ledger gets its name only with its first line in it: one that has none was cut.
    return this.#foundWith(this.#lost.mayBeKeys || this.#recordCount === 0);
  }

  #foundWith(areKeysLost: boolean): FoundLedger {
    const memory = this.#memory;
    if (areKeysLost) memory.fold({ type: "keys", as: "lost" });
    const isWhole = this.#lost.count === 0 && !this.#isBreakLost && memory.lineage !== undefined;
    return {
      memory,
      isThere: true,
      lineCount: this.#lineCount,
      recordCount: this.#recordCount,
      fileBytes: this.#fileBytes,
      tornBytes: this.#tornBytes,
      lost: this.#lost,
      isSound: isWhole && this.#oldCount === 0,
    };
  }

  /**
   * What has no end was being written when the machine stopped, and was never acknowledged: it is dropped. A record that
   * is whole all the same counts, for it may be its line break alone that is damaged.
   */
  #takeTail(number: number, bytes: Buffer): void {
    let soundBytes = 0;
    for (const part of splitAtSeals(bytes)) {
      if (!part.isSound) break;
      this.#takeSound(number, part.bytes.toString("utf8"));
      soundBytes += part.bytes.length;
    }
    this.#tornBytes = bytes.length - soundBytes;
    if (soundBytes > 0) this.#isBreakLost = true;
    this.#fileBytes += bytes.length;
  }

  #takeSound(number: number, text: string): void {
    this.#isSealed = true;
    const record = parseRecord(text);
    if (record === undefined) this.#lost.add(number, Buffer.from(text));
    else if (record === "foreign") this.#memory.foreign.push(withoutSeal(text));
    else this.#fold(record);
  }

  /** @returns whether it is a record of the first format, in which no line has a checksum. */
  #takeOld(text: string): boolean {
    if (this.#isSealed) return false;
    const record = parseRecord(text);
    if (record === undefined || record === "foreign") return false;
    if (record.type === "ledger" && record.version !== 1) return false;
    this.#oldCount += 1;
    this.#fold(record);
    return true;
  }

  #fold(record: LedgerRecord): void {
    this.#recordCount += 1;
    this.#memory.fold(record);
  }

  #takeDamaged(number: number, bytes: Buffer): void {
    for (const part of splitAtSeals(bytes)) {
      if (part.isSound) this.#takeSound(number, part.bytes.toString("utf8"));
      else this.#lost.add(number, part.bytes);
    }
    this.#isBreakLost = true;
  }
}
