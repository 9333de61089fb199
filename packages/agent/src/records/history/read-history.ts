import { newestFiles, type EventRecord, type JudgedFile } from "@holdfast/daemonkit/eventlog";
import { EVENTS_SERIES, eventsDirectoryUnder } from "../event-files.ts";
import { reading, type RecordsPlace } from "../read-records.ts";
import { type HistoryEntry, historyEntryOf } from "./history-entry.ts";
import { HistoryFold } from "./history-fold.ts";

/** What of a history is asked for. */
export interface HistoryQuestion {
  /** Default: of all resources. */
  readonly id: string | undefined;
  /** As many of the newest entries at most; at least 1. */
  readonly limit: number;
  /** Wall clock, in milliseconds since 1970. Default: as far back as the log goes. */
  readonly sinceMs?: number;
}

/** A place in the event log that cannot be relied upon. */
export interface LogDamage {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** What the event log knows of what happened. */
export interface History {
  /** The newest last. */
  readonly entries: readonly HistoryEntry[];
  /** When the oldest event happened that was read, ISO 8601; `undefined` when none was. */
  readonly readFrom: string | undefined;
  /** The log was read to its beginning, which the agent wrote first or before which files were pruned. */
  readonly isAllRead: boolean;
  /** The log begins with the first event of all. */
  readonly isFromStart: boolean;
  /** The first of what is wrong in what was read, and how much is. What could be read is in the entries all the same. */
  readonly damages: readonly LogDamage[];
  readonly damageCount: number;
}

/**
 * The history of one resource, or of all, out of the event log of a root, whether an agent serves or not. It reads the newest
 * files first, each as a stream, and no more of them than it needs.
 * @throws {Fault} NotPrivileged, PathUnsafe, HostFailed; that of the signal.
 */
export async function readHistory(
  { root }: RecordsPlace,
  question: HistoryQuestion,
  signal: AbortSignal,
): Promise<History> {
  const directory = await eventsDirectoryUnder(root);
  return await reading(signal, async () => {
    const reader = new HistoryReader(question);
    for (const file of await newestFiles({ directory, series: EVENTS_SERIES })) {
      if (reader.isDone) break;
      await reader.take(file, signal);
    }
    return reader.history();
  });
}

/** So many places are named. */
const MOST_DAMAGES = 20;

class HistoryReader {
  readonly #question: HistoryQuestion;
  readonly #isWanted: (bytes: Buffer) => boolean;
  readonly #damages: LogDamage[] = [];
  #entries: readonly HistoryEntry[] = [];
  #damageCount = 0;
  #readFrom: string | undefined;
  #isOlder = false;
  #isAllRead = false;
  #isFromStart = false;

  constructor(question: HistoryQuestion) {
    this.#question = question;
    const { id } = question;
    // Cheaper than parsing every line; what else has the id in it is left out afterwards.
    const named = id === undefined ? undefined : Buffer.from(JSON.stringify(id));
    this.#isWanted = (bytes) => named === undefined || bytes.includes(named);
  }

  get isDone(): boolean {
    return this.#isOlder || this.#entries.length >= this.#question.limit;
  }

  async take(file: JudgedFile, signal: AbortSignal): Promise<void> {
    const fold = new HistoryFold(this.#question.limit);
    let isFirst = true;
    const isWanted = (bytes: Buffer): boolean => isFirst || this.#isWanted(bytes);
    for await (const { line, record, mistake } of file.lines(isWanted, signal)) {
      if (mistake !== undefined) this.#note({ file: file.name, line, why: mistake });
      if (isFirst) this.#begin(file, record);
      isFirst = false;
      const entry = record && this.#entryOf(record);
      if (entry !== undefined) fold.add(entry);
    }
    for (const entry of this.#entries) fold.add(entry);
    this.#entries = fold.list();
    if (file.isBeforeMissing)
      this.#note({ file: file.name, line: 1, why: "the file before it is missing" });
  }

  history(): History {
    return {
      entries: this.#entries,
      readFrom: this.#readFrom,
      isAllRead: this.#isAllRead,
      isFromStart: this.#isFromStart,
      damages: this.#damages,
      damageCount: this.#damageCount,
    };
  }

  #begin(file: JudgedFile, record: EventRecord | undefined): void {
    this.#readFrom = record?.ts ?? this.#readFrom;
    this.#isAllRead = file.isOldest;
    this.#isFromStart = file.isOldest && record?.reason === "EventLogBegun";
  }

  #entryOf(record: EventRecord): HistoryEntry | undefined {
    const { id, sinceMs = Number.NEGATIVE_INFINITY } = this.#question;
    if (Date.parse(record.ts) < sinceMs) {
      this.#isOlder = true;
      return undefined;
    }
    const entry = historyEntryOf(record);
    return id === undefined || entry?.id === id ? entry : undefined;
  }

  #note(damage: LogDamage): void {
    this.#damageCount += 1;
    if (this.#damages.length < MOST_DAMAGES) this.#damages.push(damage);
  }
}
