import { basename, dirname, join } from "node:path";
import { assert } from "../assert.ts";
import { fileFault } from "../files/own-directory.ts";
import type { LogCalls, LogFileCalls } from "./log-calls.ts";

/** A log file that was put in the place of another. */
export interface ReplacedLog {
  /** Open; its name and content are durable. */
  readonly file: LogFileCalls;
  readonly sizeBytes: number;
  /** `undefined` when it is empty. */
  readonly lastLine: string | undefined;
}

/** As many lines are written at a time: more would hold up others, fewer would take longer. */
const CHUNK_LINES = 500;

/**
 * Puts a file of these lines in the place of a log, atomically and durably. When it fails after the new file has taken
 * the name, it is not known which of the two a lost power would leave: the caller asks the old file for its name.
 * @throws {DaemonFault} PathUnsafe, DiskFull, ReadOnly, FileFailed.
 */
export async function replaceLog(
  calls: LogCalls,
  path: string,
  lines: Iterable<string>,
): Promise<ReplacedLog> {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  const file = await calls.create(temporary);
  try {
    const written = await writeLines(file, lines);
    await file.sync();
    await file.takeName(path);
    await file.syncDirectory();
    return { file, ...written };
  } catch (error) {
    await file.close();
    await calls.remove(temporary).catch(leftBehind);
    throw fileFault(path, error);
  }
}

/** Gives a line its final form, from the line before it in the file (`undefined` for the first). */
export type Seal = (line: string, previous: string | undefined) => string;

/** Lines in their final form. */
export function* sealLines(lines: Iterable<string>, seal: Seal): Iterable<string> {
  let previous: string | undefined;
  for (const line of lines) {
    previous = seal(line, previous);
    yield previous;
  }
}

/** Adds all of it to the end of a file. */
export async function appendAll(file: LogFileCalls, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const written = await file.append(bytes.subarray(done));
    assert(written > 0, "a write that does not fail writes something");
    done += written;
  }
}

async function writeLines(file: LogFileCalls, lines: Iterable<string>) {
  let sizeBytes = 0;
  let lastLine: string | undefined;
  let chunk: string[] = [];
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    const bytes = Buffer.from(`${chunk.join("\n")}\n`);
    chunk = [];
    await appendAll(file, bytes);
    sizeBytes += bytes.length;
  };
  for (const line of lines) {
    chunk.push(line);
    lastLine = line;
    if (chunk.length >= CHUNK_LINES) await flush();
  }
  await flush();
  return { sizeBytes, lastLine };
}

/** The next replacement removes it; what went wrong first is what is to be reported. */
function leftBehind(): void {}
