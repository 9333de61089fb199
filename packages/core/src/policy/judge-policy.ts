import type { Change } from "../change.ts";
import { Fault } from "../fault/fault.ts";
import type { PolicyDecision } from "../gate/gate.ts";
import type { Assessment, Risk } from "../gate/risk.ts";
import { type MatchedAction, matchesAction } from "./matches.ts";
import { DEFAULT_OUTCOMES, type Policy, type PolicyOutcome, type Veto } from "./policy.ts";
import { type CronTimes, stateOfWindows } from "./windows.ts";

/** What is known of the number of actions in this pass, for one more of some risk. */
export type BudgetState =
  | { readonly type: "within" }
  /** Not all of the pass is known yet: it waits until it is. */
  | { readonly type: "counting" }
  | { readonly type: "exceeded"; readonly count: number; readonly most: number };

/** What policy is asked about. */
export interface JudgedByPolicy extends Omit<MatchedAction, "risk"> {
  readonly assessment: Assessment;
  readonly changes: readonly Change[];
  /** It left the manifest. */
  readonly isRemoval: boolean;
}

/** What a decision depends on besides the action. */
export interface PolicyInput {
  readonly policy: Policy;
  /** The wall clock, in milliseconds since 1970. */
  readonly wallMs: number;
  readonly cron: CronTimes;
  readonly vetoes: readonly Veto[];
  /** How many people approved this very action. Asked only where one is needed. */
  readonly approvals: () => number;
  /** Why an approval that was given does not count, in words. Asked only of what waits for one. Default: none was given. */
  readonly refusal?: () => string | undefined;
  /** Asked only of what nobody approved. */
  readonly budget: (risk: Risk) => BudgetState;
}

const ALLOW: PolicyDecision = { type: "allow" };

/**
 * The decision of policy on one action: whether it may be removed at all, then windows and vetoes, then the budget of the
 * pass, then rules, risk and approvals. Pure.
 */
export function judgePolicy(action: JudgedByPolicy, input: PolicyInput): PolicyDecision {
  const matched = { ...action, risk: action.assessment.risk };
  const { policy } = input;
  if (action.isRemoval && !policy.mayPrune) return NOT_PRUNED;
  const held = byWindow(matched, input) ?? byVeto(matched, input);
  if (held !== undefined) return held;
  const outcome = outcomeOf(action, matched, policy);
  if (outcome.type === "deny") return { type: "deny", fault: denied(action, outcome.reason) };
  return byBudget(action, outcome, input) ?? byApproval(action, outcome, input);
}

const NOT_PRUNED: PolicyDecision = {
  type: "wait",
  waitingFor: "veto",
  reason: "the policy says prune: false, so nothing that left the manifest is deleted",
};

function byWindow(
  action: MatchedAction,
  { policy, wallMs, cron }: PolicyInput,
): PolicyDecision | undefined {
  if (policy.applyWindows.length === 0) return undefined;
  const windows = policy.applyWindows.filter(({ match }) => matchesAction(match, action));
  const state = stateOfWindows(windows, wallMs, cron);
  if (state.type === "open") return undefined;
  const { untilMs } = state;
  const reason = untilMs === undefined ? "no window for it ever opens" : "its window is closed";
  return {
    type: "wait",
    waitingFor: "window",
    reason,
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

function byVeto(
  action: MatchedAction,
  { policy: { vetoes: rule }, vetoes, wallMs }: PolicyInput,
): PolicyDecision | undefined {
  if (rule === undefined || !matchesAction(rule.match, action)) return undefined;
  const valid = vetoes.filter(({ sinceMs }) => sinceMs + rule.maxAgeMs > wallMs);
  const [last] = valid.toSorted((one, other) => other.sinceMs - one.sinceMs);
  if (last === undefined) return undefined;
  const more = valid.length === 1 ? "" : `, and ${valid.length - 1} more`;
  const reason = `${last.owner} says: ${last.reason} (${rule.directory}/${last.file}${more})`;
  return { type: "wait", waitingFor: "veto", untilMs: last.sinceMs + rule.maxAgeMs, reason };
}

/** What is protected is never deleted or replaced without an approval, whatever the rules say. */
function outcomeOf(
  action: JudgedByPolicy,
  matched: MatchedAction,
  { rules }: Policy,
): PolicyOutcome {
  const rule = rules.find(({ match }) => matchesAction(match, matched));
  const outcome = rule?.outcome ?? DEFAULT_OUTCOMES[matched.risk];
  return outcome.type === "allow" && isProtected(action) ? DEFAULT_OUTCOMES.destructive : outcome;
}

function isProtected({ resource, verb, assessment, changes }: JudgedByPolicy): boolean {
  if (resource.meta.protect !== true) return false;
  const isReplaced = changes.some(({ path, from }) => path === "type" && from !== undefined);
  return verb === "delete" || isReplaced || assessment.risk === "destructive";
}

function byBudget(
  { assessment: { risk } }: JudgedByPolicy,
  outcome: PolicyOutcome,
  { policy: { budget: most }, budget, approvals }: PolicyInput,
): PolicyDecision | undefined {
  if (risk === "benign" || most[risk] === undefined) return undefined;
  const needed = outcome.type === "approvals" ? outcome.count : 1;
  if (approvals() >= needed) return { type: "allow", approvals: needed };
  const state = budget(risk);
  switch (state.type) {
    case "within":
      return undefined;
    case "counting":
      return {
        type: "wait",
        waitingFor: "budget",
        reason: `all ${risk} actions are counted first`,
      };
    default: {
      const counts = `${state.count} ${risk} actions in one pass, and the budget is ${state.most}`;
      const reason = `${counts}: each needs an approval (holdfast approve)`;
      return { type: "wait", waitingFor: "budget", reason };
    }
  }
}

function byApproval(
  { resource: { id }, assessment: { risk, why } }: JudgedByPolicy,
  outcome: PolicyOutcome,
  { approvals, refusal }: PolicyInput,
): PolicyDecision {
  if (outcome.type !== "approvals") return ALLOW;
  const given = approvals();
  if (given >= outcome.count) return { type: "allow", approvals: outcome.count };
  const left = outcome.count === 1 ? "" : ` (${given} of ${outcome.count} given)`;
  const refused = refusal?.();
  const refusals = refused === undefined ? "" : `; not approved by what was given: ${refused}`;
  const reason = `${risk}: ${why}; approve it with: holdfast approve ${id}${left}${refusals}`;
  return { type: "wait", waitingFor: "approval", reason };
}

function denied({ resource: { id }, verb }: JudgedByPolicy, why: string): Fault {
  return new Fault({
    reason: "PolicyDenied",
    message: `the policy denies ${verb} of ${id}: ${why}`,
    resolution: "Declare it otherwise, or change the rule in policy.yaml.",
  });
}
