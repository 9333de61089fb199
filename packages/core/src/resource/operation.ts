import type { Requester } from "../attribution/requester.ts";
import type { FaultData } from "../fault/fault.ts";
import type { Impact, Risk } from "../gate/risk.ts";
import type { ResourceId } from "../id.ts";
import type { WriteContext } from "./kind-context.ts";

/**
 * A verb that is not the difference of two states, such as a restart: somebody asks for it, once. It takes the way of every
 * other write: the gate, the lanes of its resource, the ledger; the resource is observed after it.
 */
export interface KindOperation<Spec> {
  /** One sentence for people. */
  readonly summary: string;
  readonly risk: Risk;
  readonly impact: Impact;
  /** Does it once. It is never repeated by itself. */
  run(spec: Spec, context: WriteContext): Promise<void>;
}

/** How an operation ended. */
export interface OperationReport {
  readonly id: ResourceId;
  readonly operation: string;
  /** `repeated`: one with the same key was done before, so nothing was done now. */
  readonly status: "done" | "repeated" | "failed";
  /** Of one that failed. */
  readonly fault?: FaultData;
  /** `undefined` when nobody knows who asked: after the end of an earlier agent. */
  readonly requester?: Requester;
  /** From when it was asked for, waiting included. */
  readonly durationMs: number;
}
