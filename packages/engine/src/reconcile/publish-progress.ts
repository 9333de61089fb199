import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** Says how far work is: to who listens, and in the status to who asks. */
export function publishProgress(runtime: Runtime, record: ResourceRecord, message: string): void {
  const { id, status } = record;
  runtime.events({ type: "progress", id, message });
  if (status.type !== "Reconciling") return;
  record.status = { ...status, progress: runtime.redaction.text(message) };
}
