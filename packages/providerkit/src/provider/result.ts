import type { FaultData } from "@holdfast/core";
import type { ActionVerb } from "./action.ts";

/** How one action ended. `unknown`: it may have taken effect, or may not. */
export type ActionStatus = "ok" | "failed" | "skipped" | "unknown";

/** The outcome of one action. */
export interface Result {
  /** `verify`: it was done, and the system does not show it. */
  readonly phase: "apply" | "verify";
  readonly action: ActionVerb;
  readonly address: string;
  readonly name: string;
  readonly status: ActionStatus;
  readonly error?: FaultData;
  /** The id that the system gave to what was created. */
  readonly createdId?: string;
  /** What the system warned of. Default: nothing. */
  readonly warnings?: readonly string[];
}
