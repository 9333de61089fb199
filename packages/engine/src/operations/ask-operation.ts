import {
  abortFault,
  type OperationReport,
  type Redaction,
  type Requester,
  type ResourceId,
} from "@holdfast/core";
import type { EngineParts } from "../engine-parts.ts";
import type { OperationEnd } from "./asked-operation.ts";
import { isToStay, notDeclared, notFound, operationOf } from "./operate.ts";

/** What somebody asks for. */
export interface OperationRequest {
  readonly id: ResourceId;
  /** One of its kind's operations. */
  readonly operation: string;
  /** With a key it is done once, however often it is asked for, also across restarts. Default: each time. */
  readonly key?: string;
  /** Who asks, for the records. Default: nobody knows. */
  readonly requester?: Requester;
}

/**
 * Has an operation done when its turn in the lanes of its resource has come, and tells how it ended. It is done also when
 * the caller does not wait any more (`signal`); what has not begun when the engine stops fails with `Aborted`.
 * @throws {Fault} NotFound, without such a resource or operation; what the caller's signal was aborted with.
 */
export async function askOperation(
  { runtime, store, dispatcher }: EngineParts,
  request: OperationRequest,
  signal: AbortSignal,
): Promise<OperationReport> {
  const { id, operation: name, key, requester } = request;
  const record = store.find(id);
  if (record === undefined || !isToStay(record)) throw notDeclared(id);
  const { declared } = record;
  if (operationOf(declared, name) === undefined) throw notFound({ record, declared }, { name });
  const ended = Promise.withResolvers<OperationReport>();
  const startedAtMs = runtime.clock.monotonicMs();
  let isSettled = false;
  const settle = (end: OperationEnd): void => {
    if (isSettled) return;
    isSettled = true;
    const durationMs = runtime.clock.monotonicMs() - startedAtMs;
    const report = {
      id,
      operation: name,
      ...endOf(end, runtime.redaction),
      ...(requester === undefined ? {} : { requester }),
      durationMs,
    };
    runtime.events({ type: "operated", report });
    ended.resolve(report);
  };
  dispatcher.operate(record, { name, key, settle });
  if (runtime.isStopping()) dispatcher.refuseWaiting();
  return await unlessAborted(ended.promise, signal);
}

/** As it may be published. */
function endOf(end: OperationEnd, redaction: Redaction): Pick<OperationReport, "status" | "fault"> {
  if (end.type !== "failed") return { status: end.type };
  return { status: end.type, fault: redaction.fault(end.fault.toJSON()) };
}

/** @throws {Fault} what the signal is aborted with. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const left = Promise.withResolvers<never>();
  const onAbort = (): void => left.reject(abortFault(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([answer, left.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
