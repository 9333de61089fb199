import type { Change } from "./change.ts";
import type { FaultData } from "./fault/fault.ts";
import type { ResourceId } from "./id.ts";
import type { CommandOutput } from "./ports/commands.ts";
import type { Cause } from "./plan/action.ts";
import type { WaitReason } from "./status/status.ts";

/** How one resource came out of one run. */
export type ResultStatus = "ok" | "changed" | "failed" | "skipped" | "noop" | "denied" | "unknown";

/** What one run did to one resource. */
export interface Result {
  readonly id: ResourceId;
  /**
   * `ok` in sync; `changed` applied and verified; `noop` differs and was not to be applied; `skipped` held back
   * (`blockedBy` or `reason` says by what).
   */
  readonly status: ResultStatus;
  readonly cause: Cause;
  /** What differed before. */
  readonly changes: readonly Change[];
  readonly durationMs: number;
  /** Of `changed`: the name of the change, by which it can be undone. */
  readonly op?: string;
  /** It left the manifest. Default: it is declared. */
  readonly isRemoval?: true;
  readonly fault?: FaultData;
  readonly blockedBy?: ResourceId;
  readonly reason?: string;
  /** For `skipped`: what it waits for, nothing being wrong with it. */
  readonly waitingFor?: WaitReason;
  /** Of the command that it ran. In the event of the run only: it is long, and not for everybody. */
  readonly output?: CommandOutput;
}

/** How many of each, and how long the whole took. `denied` and `unknown` count as failed for exit codes. */
export interface ResultSummary {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly noop: number;
  readonly denied: number;
  readonly unknown: number;
  readonly total: number;
  readonly durationMs: number;
  /**
   * Of `skipped`: those that wait for a condition or for what policy says, themselves or through what they depend on. Absent
   * when none do.
   */
  readonly waiting?: number;
}

/** With these a change is pending: nothing is wrong, and nothing was cut short. */
const PENDING: ReadonlySet<WaitReason> = new Set([
  "condition",
  "window",
  "veto",
  "budget",
  "approval",
  "hold",
]);

/** Counts results. */
export function summarize(results: Iterable<Result>, durationMs: number): ResultSummary {
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, noop: 0, denied: 0, unknown: 0 };
  let total = 0;
  const waiting = new Set<ResourceId>();
  const heldBack: ResourceId[] = [];
  for (const { id, status, waitingFor, blockedBy } of results) {
    counts[status] += 1;
    total += 1;
    if (waitingFor !== undefined && PENDING.has(waitingFor)) waiting.add(id);
    if (blockedBy !== undefined) heldBack.push(blockedBy);
  }
  const count = waiting.size + heldBack.filter((root) => waiting.has(root)).length;
  return { ...counts, total, durationMs, ...(count === 0 ? {} : { waiting: count }) };
}
