import type { JsonObject } from "@holdfast/core";
import type { EventRecord } from "@holdfast/daemonkit/eventlog";
import { listIn, objectIn, textIn, textsIn } from "../../control/responses/json.ts";

/** What happened to a resource. */
export type HistoryType =
  | "changed"
  | "removed"
  | "refreshed"
  | "drifted"
  | "attributed"
  | "failed"
  | "operated"
  | "ordered"
  | "approved"
  | "refused";

/** One thing that happened to one resource, as far as the event log keeps it: nothing that not everybody may read. */
export interface HistoryEntry {
  /** Of a failure that came again and again: the first time. ISO 8601. */
  readonly at: string;
  /** `agent` for what is about the agent itself. */
  readonly id: string;
  readonly type: HistoryType;
  /** Why: something new was declared, the machine moved away from it, or somebody asked for it. */
  readonly cause: "intent" | "drift" | "operator";
  /** What said so, or the operation and its end, or the order. */
  readonly what: string;
  /** Who made it drift, or who asked for it, in words; `undefined` when the log does not say. */
  readonly by?: string;
  /** The fields that differed, as `changesJson` writes them. */
  readonly changes: readonly JsonObject[];
  /** The generation of the manifest; `undefined` when the log does not say. */
  readonly generation?: number;
  /** The run of `serve` or `apply` that wrote it. */
  readonly run: string;
  readonly fault?: JsonObject;
  /** How often the same failure came, and when last. Default: once. */
  readonly times?: number;
  readonly lastAt?: string;
}

/** What an event of the log says of a resource; `undefined` when that is no part of its history. */
export function historyEntryOf(record: EventRecord): HistoryEntry | undefined {
  const data = (record.data ?? {}) as JsonObject;
  const judged = judge(data);
  const id = textIn(data["id"]) || (data["type"] === "ordered" ? "agent" : "");
  if (judged === undefined || id === "") return undefined;
  const { generation } = data;
  const fault = objectIn(data["fault"]);
  return {
    at: textIn(data["at"]) || record.ts,
    id,
    ...judged,
    changes: listIn(data["changes"]),
    ...(typeof generation === "number" ? { generation } : {}),
    run: record.operationId,
    ...(Object.keys(fault).length === 0 ? {} : { fault }),
  };
}

type Judged = Pick<HistoryEntry, "type" | "cause" | "what" | "by">;

function judge(data: JsonObject): Judged | undefined {
  const cause = data["cause"] === "drift" ? "drift" : "intent";
  switch (data["type"]) {
    case "drift":
      return { type: "drifted", cause: "drift", what: textIn(data["trigger"]) };
    case "approval": {
      const by = textsIn(data["by"]).join(" and ");
      const used = data["what"] === "used" ? ", and it begins" : "";
      const what = `${textIn(data["verb"])} by ${by}${used}`;
      return { type: data["what"] === "refused" ? "refused" : "approved", cause: "operator", what };
    }
    case "attributed": {
      const by = textIn(objectIn(data["author"])["words"]);
      return { type: "attributed", cause: "drift", what: "", by };
    }
    case "operated": {
      const type = data["status"] === "failed" ? "failed" : "operated";
      const what = `${textIn(data["operation"])}: ${textIn(data["status"])}`;
      return { type, cause: "operator", what, ...requesterOf(data) };
    }
    case "ordered": {
      const detail = textIn(data["detail"]);
      const what = [textIn(data["order"]), ...(detail === "" ? [] : [detail])].join(", ");
      return { type: "ordered", cause: "operator", what, ...requesterOf(data) };
    }
    case "result": {
      const type = typeOfResult(data);
      return type && { type, cause, what: textIn(data["reason"]) };
    }
    default:
      return undefined;
  }
}

function requesterOf(data: JsonObject): Pick<HistoryEntry, "by"> {
  const words = textIn(objectIn(data["requester"])["words"]);
  return words === "" ? {} : { by: words };
}

const FAILED: ReadonlySet<unknown> = new Set(["failed", "denied", "unknown"]);

function typeOfResult(data: JsonObject): HistoryType | undefined {
  if (FAILED.has(data["status"])) return "failed";
  if (data["status"] !== "changed") return undefined;
  if (data["isRemoval"] === true) return "removed";
  return listIn(data["changes"]).length === 0 ? "refreshed" : "changed";
}
