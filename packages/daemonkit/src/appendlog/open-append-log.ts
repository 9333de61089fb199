import { fileFault } from "../files/own-directory.ts";
import { numberOption, optionFault } from "../option.ts";
import type { AppendLog, AppendLogOptions, TornLine } from "./append-log.ts";
import { LineWriter } from "./line-writer.ts";
import type { LogCalls, LogFileCalls } from "./log-calls.ts";
import { readTail } from "./open-tail.ts";
import { replaceLog, sealLines } from "./replace-log.ts";
import { systemLogCalls } from "./system-log-calls.ts";

/**
 * Opens an append-only file and repairs it: a last line without an end is cut off, and said in `torn`.
 * @throws {DaemonFault} PathUnsafe, DiskFull, ReadOnly, FileFailed; LogCorrupt, when it is no file of lines; OptionInvalid.
 */
export async function openAppendLog(options: AppendLogOptions): Promise<AppendLog> {
  const { path, calls = systemLogCalls, seal = (line: string) => line, content } = options;
  const maxLineBytes = numberOption({
    name: "maxLineBytes",
    value: options.maxLineBytes,
    otherwise: 1024 * 1024,
  });
  const maxWaiting = numberOption({
    name: "maxWaiting",
    value: options.maxWaiting,
    otherwise: 10_000,
  });
  if (path === "") throw optionFault("the log has no path", "Give it one.");
  const rules = { path, calls, seal, maxLineBytes, maxWaiting };
  if (content !== undefined) {
    const replaced = await replaceLog(calls, path, sealLines(content(), seal));
    return new LineWriter({ ...rules, ...replaced, torn: undefined });
  }
  return new LineWriter({ ...rules, ...(await openRepaired(calls, path, maxLineBytes)) });
}

/** As much as a seal may add to a line. */
const SEAL_BYTES = 4_096;

interface Repaired {
  readonly file: LogFileCalls;
  readonly torn: TornLine | undefined;
  readonly sizeBytes: number;
  readonly lastLine: string | undefined;
}

async function openRepaired(
  calls: LogCalls,
  path: string,
  maxLineBytes: number,
): Promise<Repaired> {
  const file = await calls.open(path);
  try {
    const tail = await readTail(file, path, maxLineBytes + SEAL_BYTES);
    if (tail.tornBytes > 0) await file.truncate(tail.sizeBytes);
    // Also what a writer before us left unsynced: it is about to be built upon.
    await file.sync();
    await file.syncDirectory();
    const torn = tail.tornBytes === 0 ? undefined : { bytes: tail.tornBytes };
    return { file, torn, sizeBytes: tail.sizeBytes, lastLine: tail.lastLine };
  } catch (error) {
    await file.close();
    throw fileFault(path, error);
  }
}
