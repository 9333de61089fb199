import type { AgentOrder } from "../attribution/agent-order.ts";
import { requesterJson } from "../attribution/requester.ts";
import type { FaultData } from "../fault/fault.ts";
import type { JsonObject } from "../json.ts";
import type { OperationReport } from "../resource/operation.ts";
import type { Result } from "../result.ts";
import { changesJson } from "./change-json.ts";
import type { Reader } from "./redact.ts";

/** One result as JSON. */
export function resultJson(result: Result, reader: Reader): JsonObject {
  return {
    id: result.id,
    status: result.status,
    cause: result.cause,
    changes: changesJson(result.changes, reader),
    durationMs: result.durationMs,
    ...(result.op === undefined ? {} : { op: result.op }),
    ...(result.isRemoval === undefined ? {} : { isRemoval: true }),
    ...(result.fault === undefined ? {} : { fault: faultJson(result.fault) }),
    ...(result.blockedBy === undefined ? {} : { blockedBy: result.blockedBy }),
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  };
}

/** How an operation ended as JSON. */
export function operationJson({ fault, requester, ...rest }: OperationReport): JsonObject {
  return {
    ...rest,
    ...(fault === undefined ? {} : { fault: faultJson(fault) }),
    ...(requester === undefined ? {} : { requester: requesterJson(requester) }),
  };
}

/** An order as JSON; one that is about no resource has the subject `agent`. */
export function orderJson({ requester, id, ...rest }: AgentOrder): JsonObject {
  return {
    ...rest,
    ...(id === undefined ? { subject: "agent" } : { id }),
    ...(requester === undefined ? {} : { requester: requesterJson(requester) }),
  };
}

/** A fault as JSON. */
export function faultJson(fault: FaultData): JsonObject {
  const { reason, message, resolution, retry } = fault;
  return { reason, message, resolution, retry };
}
