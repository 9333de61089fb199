import {
  type JsonObject,
  type OperationReport,
  parseResourceId,
  resourceId,
  type Result,
} from "@holdfast/core";
import { faultIn } from "./changes.ts";
import { numberIn, objectIn, textIn } from "./json.ts";
import { resultIn } from "./report.ts";

const STATUSES: readonly OperationReport["status"][] = ["done", "repeated", "failed"];

/** The end of an operation in an answer. What an agent of another version calls otherwise counts as failed. */
export function operationIn(answer: JsonObject): OperationReport {
  const { id, operation, status, durationMs } = answer;
  const fault = faultIn(answer);
  return {
    id: parseResourceId(textIn(id)) ?? resourceId("unknown", textIn(id)),
    operation: textIn(operation),
    status: STATUSES.find((one) => one === status) ?? "failed",
    ...(fault === undefined ? {} : { fault }),
    durationMs: numberIn(durationMs),
  };
}

/** How its resource was found after it; `undefined` when that is not in the answer. */
export function reportedResultIn({ result }: JsonObject): Result | undefined {
  return result === undefined ? undefined : resultIn(objectIn(result))[0];
}
