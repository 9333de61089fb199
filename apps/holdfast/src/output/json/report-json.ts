import type { ApplyReport } from "@holdfast/agent";
import { API_VERSION, type JsonObject, type Reader, resultJson } from "@holdfast/core";

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
