import { unreachable } from "../assert.ts";
import { CHAIN_START, followsFrom, hashOf } from "./chain.ts";
import { readLines } from "./read-lines.ts";

/**
 * What verifying an event log says. Of a `broken` log, everything before `line` is as it was written, and nothing from
 * there on can be relied upon. `torn` is a last line without an end, as a crash leaves it.
 */
export type EventLogVerdict =
  | { readonly type: "intact"; readonly lines: number; readonly lastHash: string }
  | { readonly type: "torn"; readonly line: number; readonly lastHash: string }
  | { readonly type: "broken"; readonly line: number; readonly why: string };

/**
 * Recomputes the chain of an event log. Any changed, added, moved or removed byte before the last line is found. That
 * whole lines are missing at the end cannot be seen from the file: compare `lastHash` with one that was kept elsewhere.
 * @throws {DaemonFault} NotFound, PathUnsafe, FileFailed; the fault of the signal.
 */
export async function verifyEventLog(path: string, signal: AbortSignal): Promise<EventLogVerdict> {
  let lastHash = CHAIN_START;
  let lines = 0;
  for await (const { number, bytes, isEnded } of readLines(path, signal)) {
    if (!isEnded) return { type: "torn", line: number, lastHash };
    if (!followsFrom(lastHash, bytes)) {
      const why = hashOf(bytes) === undefined ? "it carries no hash" : "its hash does not fit";
      return { type: "broken", line: number, why };
    }
    lastHash = hashOf(bytes) ?? lastHash;
    lines = number;
  }
  return { type: "intact", lines, lastHash };
}

/** A verdict as a sentence, e.g. for `--verify`. */
export function describeVerdict(path: string, verdict: EventLogVerdict): string {
  switch (verdict.type) {
    case "intact":
      return `${path}: ${verdict.lines} lines, all as they were written; the last hash is ${verdict.lastHash}`;
    case "torn":
      return `${path}: line ${verdict.line} has no end: it was being written, or its end was changed`;
    case "broken":
      return `${path}: line ${verdict.line} is not as it was written: ${verdict.why}`;
    default:
      return unreachable(verdict);
  }
}
