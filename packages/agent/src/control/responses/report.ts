import {
  API_VERSION,
  type JsonObject,
  parseResourceId,
  type Reader,
  type Result,
  resultJson,
  type ResultStatus,
  summarize,
} from "@holdfast/core";
import type { ApplyReport } from "../../agent.ts";
import { changesIn, faultIn } from "./changes.ts";
import { orphansIn } from "./plan.ts";
import { listIn, numberIn, objectIn, textIn } from "./json.ts";

/** What one pass came to, as JSON. The form is a promise to scripts; `reportIn` reads it. */
export function reportJson(report: ApplyReport, reader: Reader): JsonObject {
  return {
    apiVersion: API_VERSION,
    generation: report.generation,
    digest: report.digest,
    results: report.results.map((result) => resultJson(result, reader)),
    summary: { ...report.summary },
    orphans: (report.orphans ?? []).map(({ id, why }) => ({ id, why })),
  };
}

/** The report in an answer. */
export function reportIn(answer: JsonObject): ApplyReport {
  const results = listIn(answer["results"]).flatMap(resultIn);
  const orphans = orphansIn(answer);
  return {
    generation: numberIn(answer["generation"]),
    digest: textIn(answer["digest"]),
    results,
    summary: summarize(results, numberIn(objectIn(answer["summary"])["durationMs"])),
    ...(orphans.length === 0 ? {} : { orphans }),
  };
}

const STATUSES: readonly ResultStatus[] = [
  "ok",
  "changed",
  "failed",
  "skipped",
  "noop",
  "denied",
  "unknown",
];

/** What an agent of another version calls otherwise is not known. */
export function resultIn(result: JsonObject): readonly Result[] {
  const id = parseResourceId(textIn(result["id"]));
  if (id === undefined) return [];
  const blockedBy = parseResourceId(textIn(result["blockedBy"]));
  const reason = textIn(result["reason"]);
  const fault = faultIn(result);
  const op = textIn(result["op"]);
  return [
    {
      id,
      status: STATUSES.find((one) => one === result["status"]) ?? "unknown",
      cause: result["cause"] === "drift" ? "drift" : "intent",
      changes: changesIn(result),
      durationMs: numberIn(result["durationMs"]),
      ...(op === "" ? {} : { op }),
      ...(result["isRemoval"] === true ? { isRemoval: true } : {}),
      ...(fault === undefined ? {} : { fault }),
      ...(blockedBy === undefined ? {} : { blockedBy }),
      ...(reason === "" ? {} : { reason }),
    },
  ];
}
