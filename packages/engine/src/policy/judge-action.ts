import {
  actionDigest,
  type ApprovalQuery,
  type Assessment,
  assess,
  type Change,
  type GivenApprovals,
  type JudgedAction,
  judgePolicy,
  type PolicyDecision,
  type Verb,
} from "@holdfast/core";
import { causeOf, lastLeft, provenanceOf, specDigestOf } from "../records/identity.ts";
import { isReversible } from "../records/before-known.ts";
import type { Subject } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import type { PassBudget } from "./pass-budget.ts";

/** What is to be done to a resource, as it was found. */
export interface FoundAction {
  readonly verb: Verb;
  /** `undefined` when absent, and where it was not observed. */
  readonly observed: unknown;
  /** As they may be published. */
  readonly changes: readonly Change[];
}

/** What an action may cost, and whether it can be taken back. */
export interface JudgedRisk {
  readonly assessment: Assessment;
  readonly canBeUndone: boolean;
}

/** Judges what an action would cost. */
export function riskOf(runtime: Runtime, subject: Subject, found: FoundAction): JudgedRisk {
  const { kind } = subject.declared;
  const action = judgedAction(runtime, subject, found);
  const isGivenBack = found.verb !== "refresh" && isReversible(runtime, subject, found);
  const assessment = assess(kind, action, { isReversible: isGivenBack });
  return { assessment, canBeUndone: isGivenBack && assessment.risk !== "destructive" };
}

/** What policy says of an action now. The budget counts it, unless there is none to count in: of a plan. */
export function policyOf(
  runtime: Runtime,
  subject: Subject,
  asked: FoundAction & { readonly assessment: Assessment; readonly budget?: PassBudget },
): PolicyDecision {
  const { policy: gate, clock } = runtime;
  const { record, declared } = subject;
  const { verb, changes, assessment, budget } = asked;
  const { resource } = declared;
  const isRemoval = resource.removal !== undefined;
  const approvals = askedOnce(runtime, subject, { verb, changes });
  const outside = gate.outsidePlan?.(approvalQuery(runtime, subject, { verb, changes }));
  if (outside !== undefined) return { type: "deny", fault: outside };
  return judgePolicy(
    { resource, verb, assessment, changes, isRemoval },
    {
      policy: gate.policy(),
      wallMs: clock.wallMs(),
      cron: gate.cron,
      vetoes: gate.vetoes(),
      approvals: () => approvals().count,
      refusal: () => approvals().refusal,
      budget: (risk) => budget?.ask(record, risk) ?? { type: "within" },
    },
  );
}

/** What of an action its approvals are about. */
export interface ApprovedWork {
  readonly verb: Verb | "run";
  readonly changes: readonly Change[];
}

/** Who approved this very action. Most actions are never asked about, and those that are once in a decision. */
export function askedOnce(
  runtime: Runtime,
  subject: Subject,
  work: ApprovedWork,
): () => GivenApprovals {
  let given: GivenApprovals | undefined;
  return () => (given ??= runtime.policy.approvalsOf(approvalQuery(runtime, subject, work)));
}

/** An action, exactly. */
export function approvalQuery(
  runtime: Runtime,
  { declared }: Subject,
  { verb, changes }: ApprovedWork,
): ApprovalQuery {
  const { agentId: agent, host } = runtime;
  const { id, meta } = declared.resource;
  const specDigest = specDigestOf(runtime, declared);
  const digest = actionDigest({ agent, id, verb, specDigest, changes }, host.hash);
  return { id, verb, digest, tags: meta.tags ?? [], planned: runtime.planned() };
}

/** The digest that an approval of this very action names. */
export function digestOfAction(runtime: Runtime, subject: Subject, work: ApprovedWork): string {
  return approvalQuery(runtime, subject, work).digest;
}

/** What nothing is known of yet needs no look into the ledger. */
function judgedAction(
  runtime: Runtime,
  subject: Subject,
  { verb, observed, changes }: FoundAction,
): JudgedAction<unknown, unknown> {
  const { spec } = subject.declared.resource;
  const cause = verb === "refresh" ? "intent" : causeOf(runtime, subject, observed);
  const common = { verb, spec, observed, changes, cause };
  if (observed === undefined) return { ...common, provenance: "created" };
  const provenance = provenanceOf(runtime, subject, observed);
  return { ...common, provenance, ...lastLeft(runtime, subject, observed) };
}
