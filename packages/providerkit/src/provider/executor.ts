import { type Fault, type FaultData, throwIfAborted, toFault } from "@holdfast/core";
import type { Action } from "./action.ts";
import type { Result } from "./result.ts";

/** What the system said to an action that it did. */
export interface Done {
  readonly createdId?: string;
  readonly warnings?: readonly string[];
}

/** Does the work of one action; it rejects when the system refused. */
export type ActionWork = (signal: AbortSignal) => Promise<Done>;

/**
 * The way of each action to the system. Whoever runs providers puts a gate, a lane and a ledger around the work here.
 * It never rejects: whatever happens is in the result.
 */
export type Executor = (action: Action, work: ActionWork, signal: AbortSignal) => Promise<Result>;

/** Does the work at once. */
export const directExecutor: Executor = async (action, work, signal) => {
  try {
    throwIfAborted(signal);
    const { createdId, warnings } = await work(signal);
    return {
      ...resultOf(action, "ok"),
      ...(createdId === undefined ? {} : { createdId }),
      ...(warnings === undefined || warnings.length === 0 ? {} : { warnings }),
    };
  } catch (error) {
    return failedResult(action, toFault(error));
  }
};

/** The result of an action that was not done, because another one failed. */
export function skippedResult(action: Action, error: FaultData): Result {
  return { ...resultOf(action, "skipped"), error };
}

function failedResult(action: Action, fault: Fault): Result {
  const status = fault.reason === "OutcomeUnknown" ? "unknown" : "failed";
  return { ...resultOf(action, status), error: fault.toJSON() };
}

function resultOf(
  { verb, address, name }: Action,
  status: Result["status"],
): Pick<Result, "phase" | "action" | "address" | "name" | "status"> {
  return { phase: "apply", action: verb, address, name, status };
}
