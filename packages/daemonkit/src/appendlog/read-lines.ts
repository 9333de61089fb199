import { throwIfAborted } from "../daemon-fault.ts";
import type { LogReadCalls } from "./log-calls.ts";

/** A line as it lies in a log. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  /** Without its line break. */
  readonly bytes: Buffer;
  /** False for a last line without a line break. */
  readonly isEnded: boolean;
}

const CHUNK_BYTES = 256 * 1024;
/** A longer line is handed out in parts, which no seal fits. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;
const LINE_BREAK = 0x0a;

/**
 * Reads a log line by line, as bytes, as many lines at a time as one read gives. It holds no more of it than the longest
 * line that it knows.
 * @throws what the read throws; {DaemonFault} that of the signal.
 */
export async function* readLogLines(
  file: Pick<LogReadCalls, "read">,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  let number = 1;
  let fromBytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    throwIfAborted(signal);
    const chunk = await file.read(fromBytes, CHUNK_BYTES);
    if (chunk.length === 0) break;
    fromBytes += chunk.length;
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const lines: LogLine[] = [];
    let from = 0;
    for (let end = rest.indexOf(LINE_BREAK); end >= 0; end = rest.indexOf(LINE_BREAK, from)) {
      lines.push({ number: number++, bytes: rest.subarray(from, end), isEnded: true });
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > LONGEST_LINE_BYTES) {
      lines.push({ number: number++, bytes: rest, isEnded: true });
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [{ number, bytes: rest, isEnded: false }];
}
