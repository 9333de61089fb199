import {
  actionDigest,
  type Assessment,
  assess,
  type Change,
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
  let given: number | undefined;
  return judgePolicy(
    { resource, verb, assessment, changes, isRemoval },
    {
      policy: gate.policy(),
      wallMs: clock.wallMs(),
      cron: gate.cron,
      vetoes: gate.vetoes(),
      approvals: () => (given ??= approvalsOf(runtime, subject, { verb, changes })),
      budget: (risk) => budget?.ask(record, risk) ?? { type: "within" },
    },
  );
}

/** How many people approved this very action. */
export function approvalsOf(runtime: Runtime, subject: Subject, action: NamedAction): number {
  return runtime.policy.approvalsOf(digestOfAction(runtime, subject, action));
}

/** What an approval names, besides the resource. */
export interface NamedAction {
  readonly verb: Verb | "run";
  /** As they may be published. */
  readonly changes: readonly Change[];
}

/** The digest that an approval of this very action names. */
export function digestOfAction(
  runtime: Runtime,
  { declared }: Subject,
  { verb, changes }: NamedAction,
): string {
  const { agentId: agent, host } = runtime;
  const { id } = declared.resource;
  const specDigest = specDigestOf(runtime, declared);
  return actionDigest({ agent, id, verb, specDigest, changes }, host.hash);
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
