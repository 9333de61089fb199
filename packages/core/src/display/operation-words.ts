import type { OperationReport } from "../resource/operation.ts";

/** How an operation ended, without the words of its fault: `restart of service:nginx: done`. */
export function operationWords({ id, operation, status }: OperationReport): string {
  return `${operation} of ${id}: ${ENDS[status]}`;
}

const ENDS: Readonly<Record<OperationReport["status"], string>> = {
  done: "done",
  repeated: "done before under this key, so nothing was done",
  failed: "failed",
};
