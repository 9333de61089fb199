import type { Diagnostic } from "../fault/diagnostic.ts";
import type { ResourceId } from "../id.ts";
import type { PlannedAction } from "./action.ts";

/**
 * How many of each. `skip` counts every skipped action, and `unknown` those of them that could not be observed, or wait for
 * one that could not. `refused` counts what would be done and will be refused; its verb does not count it.
 */
export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly refresh: number;
  readonly skip: number;
  readonly inSync: number;
  readonly unknown: number;
  readonly refused: number;
}

/** Something that left the manifest and stays on the machine, until it is forgotten, adopted or declared again. */
export interface Orphan {
  readonly id: ResourceId;
  /** Why it is not deleted, in words. */
  readonly why: string;
}

/** Where a plan was made, and from what: it is approved and applied there alone, and while that is so. */
export interface PlanOrigin {
  /** The name of the agent, as approvals and roles have it. */
  readonly agent: string;
  /** Of its ledger; empty before anything was written into that. */
  readonly lineage: string;
  /** The digest of the manifest. */
  readonly planned: string;
}

/** The ordered actions for one manifest. */
export interface Plan {
  readonly generation: number;
  /** SHA-256 of the RFC 8785 JSON of the actions' digests. */
  readonly digest: string;
  readonly actions: readonly PlannedAction[];
  readonly summary: PlanSummary;
  readonly warnings: readonly string[];
  /** What left the manifest and stays. Default: nothing. */
  readonly orphans?: readonly Orphan[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absent of a plan that no agent made. */
  readonly origin?: PlanOrigin;
}
