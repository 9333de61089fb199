import { requesterWords } from "../attribution/requester.ts";
import type { OperationReport } from "../resource/operation.ts";

/** How an operation ended, without the words of its fault: `restart of service:nginx: done`. */
export function operationWords({ id, operation, status, requester }: OperationReport): string {
  const who = requester === undefined ? "" : `, asked for by ${requesterWords(requester)}`;
  return `${operation} of ${id}: ${ENDS[status]}${who}`;
}

const ENDS: Readonly<Record<OperationReport["status"], string>> = {
  done: "done",
  repeated: "done before under this key, so nothing was done",
  failed: "failed",
};
