import type { Fault } from "../fault/fault.ts";
import type { ResourceId } from "../id.ts";
import type { SpentNonce } from "../ports/kept/approvals.ts";
import { ALLOW_EVERYTHING, type Policy, type PolicyVerb, type Veto } from "./policy.ts";
import type { CronTimes } from "./windows.ts";

/** The exact action whose approvals are asked for. */
export interface ApprovalQuery {
  readonly id: ResourceId;
  readonly verb: PolicyVerb;
  /** `actionDigest` of it. */
  readonly digest: string;
  /** Of the resource. */
  readonly tags: readonly string[];
  /** The digest of the desired state that it comes from; empty when it has none. */
  readonly planned: string;
}

/** What approvals an action has now. */
export interface GivenApprovals {
  /** How many people approved it, each by an approval that counts at this moment. */
  readonly count: number;
  /** Who, for people. */
  readonly by: readonly string[];
  /** What is used up when it is done. */
  readonly nonces: readonly SpentNonce[];
  /** Why one that was given does not count: a reason and what happened, in words. Absent when none was refused. */
  readonly refusal?: string;
}

/** Nobody approved it. */
export const NOT_APPROVED: GivenApprovals = { count: 0, by: [], nonces: [] };

/** What the gate asks about policy. Each is asked at each decision, because each may change while an agent serves. */
export interface PolicyGate {
  /** What is in force. */
  policy(): Policy;
  /** The vetoes there are, as they were read last; those that have expired may be among them. */
  vetoes(): readonly Veto[];
  /** Who has approved this very action and still does. */
  approvalsOf(action: ApprovalQuery): GivenApprovals;
  /**
   * Why an action is not part of what may be done now, where that is less than all that is declared: a saved plan. Default:
   * everything is part of it.
   */
  readonly outsidePlan?: ((action: ApprovalQuery) => Fault | undefined) | undefined;
  readonly cron: CronTimes;
}

/** No calendar: of windows there are none. */
const NO_TIMES: CronTimes = { next: () => undefined, mistakeIn: () => undefined };

/** Everything goes. For tests, and for who embeds an engine and decides himself. */
export const ALLOW_ALL: PolicyGate = {
  policy: () => ALLOW_EVERYTHING,
  vetoes: () => [],
  approvalsOf: () => NOT_APPROVED,
  cron: NO_TIMES,
};
