import type { Risk } from "../gate/risk.ts";
import type { Verb } from "../plan/action.ts";
import type { Glob } from "../selection/glob.ts";

/** What is to be done, as policy calls it: a verb of a plan, or an operation that somebody asked for. */
export type PolicyVerb = Verb | "run";

/** Which actions a rule is about. What is absent says nothing; what is there must all hold. */
export interface Match {
  readonly kinds?: ReadonlySet<string>;
  /** Ids or globs of them; any of them. */
  readonly ids?: readonly Glob[];
  /** Any of them. */
  readonly tags?: ReadonlySet<string>;
  readonly verbs?: ReadonlySet<PolicyVerb>;
  readonly risks?: ReadonlySet<Risk>;
}

/** What becomes of an action that a rule is about. */
export type PolicyOutcome =
  | { readonly type: "allow" }
  /** It waits until so many people have approved it. */
  | { readonly type: "approvals"; readonly count: number }
  | { readonly type: "deny"; readonly reason: string };

/** One rule. The first that matches decides. */
export interface PolicyRule {
  readonly match: Match;
  readonly outcome: PolicyOutcome;
}

/** A time in which something may be done. Where there is one for an action, it is done in such times only. */
export interface Window {
  /** When it opens: five fields of cron. */
  readonly opens: string;
  /** The name of a time zone, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** How long it stays open. */
  readonly durationMs: number;
}

/** A window for changes of the machine. */
export interface ApplyWindow extends Window {
  readonly match: Match;
}

/** Where workloads say that they must not be disturbed now. */
export interface VetoRule {
  /** Absolute, inside the root of the agent. Every file in it is a veto. */
  readonly directory: string;
  /** A veto that is older counts no more. */
  readonly maxAgeMs: number;
  readonly match: Match;
}

/** More actions of a risk in one pass stop all of them. `undefined`: any number goes. */
export interface Budget {
  readonly destructive: number | undefined;
  readonly disruptive: number | undefined;
}

/** What goes alone, what waits, and what is never done. Plain data besides compiled globs. */
export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly applyWindows: readonly ApplyWindow[];
  /** When another desired state may be taken. Empty: at any time. */
  readonly fetchWindows: readonly Window[];
  /** `undefined`: there are none. */
  readonly vetoes: VetoRule | undefined;
  /** Whether what left the manifest may be deleted at all. */
  readonly mayPrune: boolean;
  readonly budget: Budget;
}

/** A file that a workload put down so that nothing disturbs it. */
export interface Veto {
  /** Its name in the directory. */
  readonly file: string;
  readonly owner: string;
  readonly reason: string;
  /** When it was put down, by the wall clock. */
  readonly sinceMs: number;
}

/** Nothing is said of the number of actions. */
export const NO_BUDGET: Budget = { destructive: undefined, disruptive: undefined };

/** Everything goes, whatever it costs. For tests, and for who embeds an engine and decides himself. */
export const ALLOW_EVERYTHING: Policy = {
  rules: [{ match: {}, outcome: { type: "allow" } }],
  applyWindows: [],
  fetchWindows: [],
  vetoes: undefined,
  mayPrune: true,
  budget: NO_BUDGET,
};

/** Without a file: what is benign or disruptive goes alone, what is destructive waits for one approval. */
export const DEFAULT_POLICY: Policy = { ...ALLOW_EVERYTHING, rules: [] };

/** What holds where no rule matches, by risk. */
export const DEFAULT_OUTCOMES: Readonly<Record<Risk, PolicyOutcome>> = {
  benign: { type: "allow" },
  disruptive: { type: "allow" },
  destructive: { type: "approvals", count: 1 },
};
