import { join } from "node:path";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { followsFrom, hashOf } from "./chain.ts";
import type { EventRecord } from "./event.ts";
import { parseRecord } from "./read-events.ts";
import { readLines } from "./read-lines.ts";
import { linkIn } from "./series-head.ts";
import { seriesFileName, seriesFiles } from "./series-files.ts";

/** A line of a series, or what is wrong where one should be. */
export interface JudgedLine {
  /** From 1. */
  readonly line: number;
  /** `undefined` when the line is no event. */
  readonly record: EventRecord | undefined;
  /** Why the line cannot be relied upon. Default: it is as it was written. */
  readonly mistake?: string;
}

/** A file of a series that can be read. */
export interface JudgedFile {
  readonly name: string;
  /** The file before it is not there although older ones are. */
  readonly isBeforeMissing: boolean;
  /** It is the oldest that is there. */
  readonly isOldest: boolean;
  /**
   * Its lines, oldest first, each compared with the hash of the one before it in the same file. `isWanted` leaves lines
   * out by their bytes before they are parsed; what is wrong with them is said all the same.
   */
  lines(isWanted: (bytes: Buffer) => boolean, signal: AbortSignal): AsyncGenerator<JudgedLine>;
}

/**
 * The files of a series, the newest first, so that a reader stops when it has enough; none where there is no series. A
 * damaged line hides no other.
 * @throws {DaemonFault} PathUnsafe, FileFailed; the fault of the signal.
 */
export async function newestFiles(place: {
  readonly directory: string;
  readonly series: string;
}): Promise<readonly JudgedFile[]> {
  const { directory, series } = place;
  const files = seriesFiles(await systemLogCalls.list(directory), series);
  return files
    .map(({ name, number }, at): JudgedFile => {
      const before = files[at - 1]?.name;
      return {
        name,
        isBeforeMissing: before !== undefined && before !== seriesFileName(series, number - 1),
        isOldest: before === undefined,
        lines: (isWanted, signal) => judgedLines(join(directory, name), isWanted, signal),
      };
    })
    .toReversed();
}

async function* judgedLines(
  path: string,
  isWanted: (bytes: Buffer) => boolean,
  signal: AbortSignal,
): AsyncGenerator<JudgedLine> {
  let before: string | undefined;
  try {
    for await (const { number: line, bytes, isEnded } of readLines(path, signal)) {
      if (!isEnded) {
        yield { line, record: undefined, mistake: "it has no end" };
        return;
      }
      before ??= linkIn(parseRecord(bytes.toString("utf8"))?.data);
      const isSound = before !== undefined && followsFrom(before, bytes);
      // The next line is judged for itself.
      before = hashOf(bytes);
      if (isSound && !isWanted(bytes)) continue;
      const record = isWanted(bytes) ? parseRecord(bytes.toString("utf8")) : undefined;
      if (isSound) yield { line, record };
      else yield { line, record, mistake: "its hash does not fit" };
    }
  } catch (error) {
    // Pruned since it was listed.
    if (!(error instanceof DaemonFault && error.reason === "NotFound")) throw error;
  }
}
