import type { MachineCondition } from "../condition/machine-condition.ts";
import type { HealthCheck } from "../health/health-check.ts";
import type { ResourceId } from "../id.ts";

/** What every resource may say besides its spec. Absent fields mean the default named here. */
export interface ResourceMeta {
  /** Order; a failed or blocked dependency blocks dependents, transitively, naming the root. */
  readonly dependsOn?: readonly ResourceId[];
  /** The target is refreshed once after this changed; owed durably until it succeeds. */
  readonly notify?: readonly ResourceId[];
  /** Default false: when it fails, a one-shot apply starts nothing more. */
  readonly critical?: boolean;
  /** Observe and diff, never apply; honoured on every path. */
  readonly noop?: boolean;
  /** Fields not to compare. */
  readonly ignore?: readonly string[];
  /** Attempts at full rate before the rate falls to the cap. Default: the agent's. */
  readonly retry?: number;
  /** Of applies. Default: the agent's. */
  readonly limit?: { readonly perSecond: number; readonly burst: number };
  /** Default true. */
  readonly autoEdge?: boolean;
  /** Default true. */
  readonly autoGroup?: boolean;
  /** For observe and apply each, in milliseconds. Default: the agent's. */
  readonly timeoutMs?: number;
  /** All must hold, on every path; else the resource waits, and nothing of it is read. Default: none. */
  readonly condition?: readonly MachineCondition[];
  /** Asked again and again while it is in sync; what depends on it waits until it is ready. Default: none. */
  readonly health?: readonly HealthCheck[];
  readonly tags?: readonly string[];
  /**
   * What becomes of it when it leaves the manifest. Only what we made is deleted. Default: `delete` where the manifest says
   * `prune`, else `orphan`.
   */
  readonly onRemove?: "delete" | "orphan";
  /** Never deleted or replaced without an approval, whatever the policy allows. Default false. */
  readonly protect?: boolean;
  /** The id that this very thing had before: what is known of it moves over. Default: none. */
  readonly movedFrom?: ResourceId;
  /**
   * A change of it may cut off whoever makes it: it is put back unless it is confirmed in time. Default: what its kind says of
   * the spec.
   */
  readonly mayCutControl?:
    | boolean
    | {
        /** From the beginning of the change on, in milliseconds. Default 120 000. */
        readonly withinMs?: number;
        /** Confirms it as soon as it passes: it must reach the side that controls. Default: a person confirms it. */
        readonly check?: HealthCheck;
      };
}

/** How a change that may cut control is confirmed. */
export type ControlGuard = Extract<ResourceMeta["mayCutControl"], object>;
