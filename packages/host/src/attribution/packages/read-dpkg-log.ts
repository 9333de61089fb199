import { throwIfAborted } from "@holdfast/core";
import { openTailFile } from "../read-tail.ts";
import { type DpkgEntry, parseDpkgLine } from "./dpkg-log.ts";

const LOG = "var/log/dpkg.log";
/** What logrotate makes of it, before it is compressed. */
const ROTATED_LOG = "var/log/dpkg.log.1";
const CHUNK_BYTES = 32 * 1024;
/** Of one file; about 15,000 lines. */
const MOST_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** What the log has of a span of time. */
export interface LoggedSpan {
  /** Newest first. */
  readonly entries: readonly DpkgEntry[];
  /** There may be more: the span was too busy to read all. */
  readonly isCut: boolean;
}

/** A span of the wall clock. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads what dpkg logged in a span, from the end back; `undefined` where there is no log. */
export async function readDpkgLog(
  root: string,
  span: Span,
  signal: AbortSignal,
): Promise<LoggedSpan | undefined> {
  const current = await readSpan(root, LOG, span, signal);
  if (current?.reachesBack === true) return current;
  const rotated = await readSpan(root, ROTATED_LOG, span, signal);
  if (current === undefined || rotated === undefined) return current ?? rotated;
  return {
    entries: [...current.entries, ...rotated.entries],
    isCut: current.isCut || rotated.isCut,
  };
}

interface FileSpan extends LoggedSpan {
  /** The file begins before the span does. */
  readonly reachesBack: boolean;
}

async function readSpan(
  root: string,
  path: string,
  span: Span,
  signal: AbortSignal,
): Promise<FileSpan | undefined> {
  await using file = await openTailFile(root, path);
  if (file === undefined) return undefined;
  const entries: DpkgEntry[] = [];
  // The log's times are whole seconds.
  if (file.sizeBytes > 0 && file.modifiedAtMs < span.fromMs - 1_000) {
    return { entries, isCut: false, reachesBack: true };
  }
  let end = file.sizeBytes;
  let carried = Buffer.alloc(0);
  while (end > 0) {
    throwIfAborted(signal);
    if (file.sizeBytes - end >= MOST_BYTES) return { entries, isCut: true, reachesBack: true };
    const bytes = await file.readBefore(end, CHUNK_BYTES);
    if (bytes.length === 0) break;
    end -= Math.min(end, CHUNK_BYTES);
    const whole = Buffer.concat([bytes, carried]);
    // The first line goes on in what lies before, unless nothing does.
    const firstBreak = end === 0 ? 0 : whole.indexOf(NEWLINE) + 1;
    carried = whole.subarray(0, firstBreak).subarray(0, CHUNK_BYTES);
    if (collect(whole.subarray(firstBreak), span, entries)) {
      return { entries, isCut: false, reachesBack: true };
    }
  }
  return { entries, isCut: false, reachesBack: false };
}

/** Adds the entries of a span, newest first; true when a line is older than the span. */
function collect(bytes: Buffer, { fromMs, toMs }: Span, entries: DpkgEntry[]): boolean {
  for (const line of bytes.toString("utf8").split("\n").toReversed()) {
    const entry = parseDpkgLine(line);
    if (entry === undefined) continue;
    if (entry.atMs < fromMs - 1_000) return true;
    if (entry.atMs <= toMs) entries.push(entry);
  }
  return false;
}
