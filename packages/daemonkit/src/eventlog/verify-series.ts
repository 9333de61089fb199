import { join } from "node:path";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { CHAIN_START, followsFrom, hashOf } from "./chain.ts";
import { parseRecord } from "./read-events.ts";
import { readLines } from "./read-lines.ts";
import { linkIn } from "./series-head.ts";
import { type SeriesFile, seriesFileName, seriesFiles } from "./series-files.ts";

/** A place in a series. */
export interface SeriesLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A chain that holds, as far as it was read. */
export interface ReadChain {
  readonly files: number;
  readonly lines: number;
  /** The hash of the last line; 64 zeros when there is none. */
  readonly head: string;
  /** The oldest file that is there; `undefined` when there is none. */
  readonly firstFile: string | undefined;
  /** Nothing came before `firstFile`: else older files were pruned, or removed by somebody. */
  readonly isFromStart: boolean;
}

/**
 * What verifying a series says.
 *
 * - `intact`: every line that is there is as it was written, and none is missing between them. `linesSince` is how many
 *   came after the expected head.
 * - `torn`: so is every line but the last, which has no end.
 * - `broken`: everything before `at` is as it was written; nothing from there on can be relied upon.
 * - `headMissing`: the chain holds, but no line of it has the hash that was expected.
 */
export type SeriesVerdict =
  | ({ readonly type: "intact"; readonly linesSince?: number } & ReadChain)
  | ({ readonly type: "torn"; readonly at: SeriesLine } & ReadChain)
  | ({ readonly type: "broken"; readonly at: SeriesLine; readonly why: string } & ReadChain)
  | ({ readonly type: "headMissing"; readonly expectedHead: string } & ReadChain);

/** What is verified. */
export interface VerifyOptions {
  readonly directory: string;
  readonly series: string;
  /** A hash that was noted earlier and must be in the chain. Default: none is asked for. */
  readonly expectedHead?: string;
}

/**
 * Recomputes the chain over all files of a series. That lines, or whole files, are missing at the end shows only against
 * a head that was noted elsewhere: `expectedHead` finds it. That the oldest files are gone shows in `isFromStart`.
 * @throws {DaemonFault} PathUnsafe, FileFailed; NotFound, when a file goes away meanwhile; the fault of the signal.
 */
export async function verifyEventSeries(
  { directory, series, expectedHead }: VerifyOptions,
  signal: AbortSignal,
): Promise<SeriesVerdict> {
  const files = seriesFiles(await systemLogCalls.list(directory), series);
  const walk = new ChainWalk(expectedHead);
  for (const [index, file] of files.entries()) {
    const expected = seriesFileName(series, (files[index - 1]?.number ?? file.number - 1) + 1);
    if (expected !== file.name) return walk.breakAt(expected, "the file is missing");
    const path = join(directory, file.name);
    const ending = await walk.file({ ...file, path, isLast: index === files.length - 1 }, signal);
    if (ending !== undefined) return ending;
  }
  return walk.end();
}

interface ListedFile extends SeriesFile {
  readonly path: string;
  /** It is the newest, which may be being written. */
  readonly isLast: boolean;
}

/** Follows a chain from file to file. */
class ChainWalk {
  readonly #expectedHead: string | undefined;
  #files = 0;
  #lines = 0;
  #head = CHAIN_START;
  #firstFile: string | undefined;
  #isFromStart = true;
  #last: SeriesLine | undefined;
  #expectedAfterLines: number | undefined;

  constructor(expectedHead: string | undefined) {
    this.#expectedHead = expectedHead;
  }

  /** Reads one file. @returns a verdict when the chain ends in it. */
  async file(
    { name, number, path, isLast }: ListedFile,
    signal: AbortSignal,
  ): Promise<SeriesVerdict | undefined> {
    this.#files += 1;
    this.#firstFile ??= name;
    let isEmpty = true;
    for await (const { number: line, bytes, isEnded } of readLines(path, signal)) {
      if (!isEnded) return this.#tornAt({ file: name, line }, isLast);
      const ending = isEmpty ? this.#enter(bytes, { name, number }) : undefined;
      isEmpty = false;
      if (ending !== undefined) return ending;
      const mistake = mistakeIn(bytes, this.#head);
      if (mistake !== undefined) return this.breakAt(name, mistake, line);
      this.#lines += 1;
      this.#last = { file: name, line };
      this.#pass(hashOf(bytes) ?? "");
    }
    // A crash right after a file was made leaves the newest one empty, and no other.
    return isEmpty && !isLast ? this.breakAt(name, "all its lines are missing") : undefined;
  }

  breakAt(file: string, why: string, line = 1): SeriesVerdict {
    return { type: "broken", at: { file, line }, why, ...this.#read() };
  }

  end(): SeriesVerdict {
    const expectedHead = this.#expectedHead;
    if (expectedHead === undefined) return { type: "intact", ...this.#read() };
    if (this.#expectedAfterLines === undefined && expectedHead !== CHAIN_START) {
      return { type: "headMissing", expectedHead, ...this.#read() };
    }
    const linesSince = this.#lines - (this.#expectedAfterLines ?? 0);
    return { type: "intact", linesSince, ...this.#read() };
  }

  #tornAt(at: SeriesLine, isLast: boolean): SeriesVerdict {
    if (isLast) return { type: "torn", at, ...this.#read() };
    return this.breakAt(at.file, "it has no end: the file was cut off here", at.line);
  }

  /** The first line of a file names what it follows. @returns a verdict when that does not fit. */
  #enter(bytes: Buffer, { name, number }: SeriesFile): SeriesVerdict | undefined {
    const link = linkIn(parseRecord(bytes.toString("utf8"))?.data);
    if (link === undefined) {
      return this.breakAt(
        name,
        "it does not name the line it follows, as the first line of a file",
      );
    }
    if (this.#last === undefined) {
      this.#isFromStart = number === 1 && link === CHAIN_START;
      this.#pass(link);
      return undefined;
    }
    const { file, line } = this.#last;
    if (link === this.#head || !followsFrom(link, bytes)) return undefined;
    return this.breakAt(
      file,
      `lines are missing at the end of the file: ${name} follows another`,
      line + 1,
    );
  }

  #pass(hash: string): void {
    this.#head = hash;
    if (hash === this.#expectedHead) this.#expectedAfterLines = this.#lines;
  }

  #read(): ReadChain {
    return {
      files: this.#files,
      lines: this.#lines,
      head: this.#head,
      firstFile: this.#firstFile,
      isFromStart: this.#isFromStart,
    };
  }
}

function mistakeIn(bytes: Buffer, before: string): string | undefined {
  if (followsFrom(before, bytes)) return undefined;
  return hashOf(bytes) === undefined
    ? "it carries no hash: it was changed, or something else wrote it"
    : "its hash does not fit: it was changed, or a line before it was removed, added or moved";
}
