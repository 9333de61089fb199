import type { Change } from "../change.ts";
import type { Diagnostic } from "../fault/diagnostic.ts";
import type { FaultData } from "../fault/fault.ts";
import type { ResourceId } from "../id.ts";
import type { Risk } from "../gate/risk.ts";

/** Why something is done: the owner wants something new, or the machine moved away from what was wanted. */
export type Cause = "intent" | "drift";

/** The verb of an action. */
export type Verb = "create" | "update" | "delete" | "refresh" | "skip";

/** What would be done to one resource. Resources in sync have no action. */
export interface PlannedAction {
  readonly id: ResourceId;
  readonly action: Verb;
  readonly risk: Risk;
  readonly cause: Cause;
  readonly changes: readonly Change[];
  /** The root of what holds it back. */
  readonly blockedBy?: ResourceId;
  /** Why it is skipped, or what it comes after: `after directory:/srv/app`, `noop`, `detect only`. */
  readonly reason?: string;
  /** For an action skipped because the resource is unknown or refused. */
  readonly fault?: FaultData;
}

/** How many of each. `skip` counts every skipped action, `unknown` those of them that could not be observed. */
export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly refresh: number;
  readonly skip: number;
  readonly inSync: number;
  readonly unknown: number;
}

/** The ordered actions for one manifest. */
export interface Plan {
  readonly generation: number;
  /** SHA-256 of the RFC 8785 JSON of the actions' digests. */
  readonly digest: string;
  readonly actions: readonly PlannedAction[];
  readonly summary: PlanSummary;
  readonly warnings: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}
