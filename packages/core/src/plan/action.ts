import type { Change } from "../change.ts";
import type { FaultData } from "../fault/fault.ts";
import type { Impact, Risk } from "../gate/risk.ts";
import type { ResourceId } from "../id.ts";
import type { WaitReason } from "../status/status.ts";

/** Why something is done: the owner wants something new, or the machine moved away from what was wanted. */
export type Cause = "intent" | "drift";

/**
 * What is done to a resource. The same word in a plan, in the intent that is durable before it, in the action that a
 * kind carries out and in what an approval names.
 */
export type Verb = "create" | "update" | "delete" | "refresh";

/** Whether we made the thing or found it. */
export type Provenance = "created" | "adopted";

/** What the gate would have a planned action wait for. */
export interface PlannedWait {
  readonly for: WaitReason;
  readonly reason: string;
  /** What an approval of this very action names (`actionDigest`); where one would let it go. */
  readonly digest?: string;
}

/** What would be done to one resource, or is held back. Resources in sync have none. */
export interface PlannedAction {
  readonly id: ResourceId;
  /** `skip`: nothing is done; `reason`, `blockedBy` or `fault` says why. */
  readonly verb: Verb | "skip";
  readonly risk: Risk;
  /** What it interrupts or may lose. Default: nothing. */
  readonly impact?: Impact;
  /** Why it has that risk: the title of a row of the table of risks. Absent where nothing is done. */
  readonly why?: string;
  /** Whether an undo can take it back. Absent where nothing is done, and where nobody knows yet. */
  readonly canBeUndone?: boolean;
  /** What the gate would have it wait for now, in words; absent where it would let it go. */
  readonly waitsFor?: PlannedWait;
  readonly cause: Cause;
  readonly changes: readonly Change[];
  /** It left the manifest. Default: it is declared. */
  readonly isRemoval?: boolean;
  /** The root of what holds it back. */
  readonly blockedBy?: ResourceId;
  /** Why it is skipped, or what it comes after: `after directory:/srv/app`, `noop`, `detect only`. */
  readonly reason?: string;
  /** Of a skipped action: why the resource is unknown or refused. Of any other: what its apply will be refused with. */
  readonly fault?: FaultData;
}
