import { ALLOW_EVERYTHING, type Policy, type Veto } from "./policy.ts";
import type { CronTimes } from "./windows.ts";

/** What the gate asks about policy. Each is asked at each decision, because each may change while an agent serves. */
export interface PolicyGate {
  /** What is in force. */
  policy(): Policy;
  /** The vetoes there are, as they were read last; those that have expired may be among them. */
  vetoes(): readonly Veto[];
  /** How many people have approved the action of this digest (`actionDigest`) and still do. */
  approvalsOf(digest: string): number;
  readonly cron: CronTimes;
}

/** No calendar: of windows there are none. */
const NO_TIMES: CronTimes = { next: () => undefined, mistakeIn: () => undefined };

/** Everything goes. For tests, and for who embeds an engine and decides himself. */
export const ALLOW_ALL: PolicyGate = {
  policy: () => ALLOW_EVERYTHING,
  vetoes: () => [],
  approvalsOf: () => 0,
  cron: NO_TIMES,
};
