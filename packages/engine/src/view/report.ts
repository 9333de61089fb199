import { type Result, type ResultSummary, summarize } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";

/** How a pass or a serving run of the engine ended. */
export interface Report {
  /** The last result of each resource, in the order of the graph. */
  readonly results: readonly Result[];
  readonly summary: ResultSummary;
}

/** The report over some resources. */
export function reportOn(ordered: readonly ResourceRecord[], durationMs: number): Report {
  const results = ordered.map(resultOf);
  return { results, summary: summarize(results, durationMs) };
}

function resultOf({ id, lastResult, hasChanged }: ResourceRecord): Result {
  if (lastResult === undefined) {
    const reason = "stopped before its turn";
    return { id, status: "skipped", cause: "intent", changes: [], durationMs: 0, reason };
  }
  return hasChanged && lastResult.status === "ok"
    ? { ...lastResult, status: "changed" }
    : lastResult;
}
