import { API_VERSION, type FaultData, type JsonObject, type Result } from "@holdfast/core";
import type { ApplyReport } from "@holdfast/agent";
import type { Reader } from "../redact.ts";
import { changesJson } from "./plan-json.ts";

/** What one pass came to, as `--out json` prints it. The form is a promise to scripts. */
export function reportJson(report: ApplyReport, reader: Reader): JsonObject {
  return {
    apiVersion: API_VERSION,
    generation: report.generation,
    digest: report.digest,
    results: report.results.map((result) => resultJson(result, reader)),
    summary: { ...report.summary },
  };
}

/** One result as JSON. */
export function resultJson(result: Result, reader: Reader): JsonObject {
  return {
    id: result.id,
    status: result.status,
    cause: result.cause,
    changes: changesJson(result.changes, reader),
    durationMs: result.durationMs,
    ...(result.fault === undefined ? {} : { fault: faultJson(result.fault) }),
    ...(result.blockedBy === undefined ? {} : { blockedBy: result.blockedBy }),
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  };
}

/** A fault as JSON. */
export function faultJson(fault: FaultData): JsonObject {
  const { reason, message, resolution, retry } = fault;
  return { reason, message, resolution, retry };
}
