import { assert } from "../assert.ts";
import { DaemonFault } from "../daemon-fault.ts";
import type { LogFileCalls } from "./log-calls.ts";

/** What opening a log found at its end. */
export interface LogTail {
  /** Up to and with the last line break. */
  readonly sizeBytes: number;
  /** The last whole line, without its line break; `undefined` when there is none. */
  readonly lastLine: string | undefined;
  /** Of a line without an end, which a crash or a lost power left behind. */
  readonly tornBytes: number;
}

/** How much is read at a time, from the end. */
const CHUNK_BYTES = 64 * 1024;
const LINE_BREAK = 0x0a;

/**
 * Finds the last whole line of a log, reading no more of it than that takes.
 * @throws {DaemonFault} LogCorrupt, when one line is longer than `maxLineBytes`, or not UTF-8.
 */
export async function readTail(
  file: LogFileCalls,
  path: string,
  maxLineBytes: number,
): Promise<LogTail> {
  const size = await file.sizeBytes();
  const lastBreak = await findBreak(file, size, { path, maxLineBytes });
  if (lastBreak === undefined) return { sizeBytes: 0, lastLine: undefined, tornBytes: size };
  const before = await findBreak(file, lastBreak, { path, maxLineBytes });
  const from = before === undefined ? 0 : before + 1;
  const bytes = await readFully(file, from, lastBreak - from);
  return {
    sizeBytes: lastBreak + 1,
    lastLine: decode(bytes, path),
    tornBytes: size - lastBreak - 1,
  };
}

/** Where the last line break before an offset is. */
async function findBreak(
  file: LogFileCalls,
  before: number,
  { path, maxLineBytes }: { readonly path: string; readonly maxLineBytes: number },
): Promise<number | undefined> {
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const found = (await readFully(file, start, end - start)).lastIndexOf(LINE_BREAK);
    if (found >= 0) return start + found;
    end = start;
    if (before - end > maxLineBytes) throw corrupt(path, `it has a line of ${maxLineBytes} bytes`);
  }
  return undefined;
}

/** A read may give less than was asked for. */
async function readFully(
  file: LogFileCalls,
  fromBytes: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(lengthBytes);
  for (let done = 0; done < lengthBytes; ) {
    const part = await file.read(fromBytes + done, lengthBytes - done);
    assert(part.length > 0, "a log does not shrink while it is opened");
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw corrupt(path, "its last line is not UTF-8", error);
  }
}

function corrupt(path: string, why: string, cause?: unknown): DaemonFault {
  return new DaemonFault({
    reason: "LogCorrupt",
    message: `${path} is no log of ours: ${why}`,
    resolution: "Move the file away and find the program that wrote it.",
    cause,
  });
}
