import * as z from "zod/mini";
import type { FieldPath } from "../check/field-path.ts";
import type { Mistake } from "../check/mistake.ts";
import type { Diagnosed } from "../fault/diagnostic.ts";
import type { JsonObject } from "../json.ts";
import type { ManifestFile } from "../manifest/parse-file.ts";
import { readDocument } from "../manifest/read-document.ts";
import { compileGlob, type Glob } from "../selection/glob.ts";
import {
  type Match,
  NO_BUDGET,
  type Policy,
  type PolicyOutcome,
  type VetoRule,
  type Window,
} from "./policy.ts";
import {
  type MatchInput,
  type PolicyInput,
  policySchema,
  type RuleInput,
  type WindowInput,
} from "./policy-schema.ts";
import type { CronTimes } from "./windows.ts";

const MINUTE_MS = 60_000;
const DEFAULT_VETO_MINUTES = 240;
const DEFAULT_VETO_DIRECTORY = "/run/holdfast/vetoes";

/** Takes one mistake, at its place in the document. */
type Report = (mistake: Mistake) => void;

/** Reads a policy. Every mistake there is is in the diagnostics, with file, line and column; then there is no policy. */
export function readPolicy(file: ManifestFile, cron: CronTimes): Diagnosed<Policy> {
  const { input, report, diagnosed } = readDocument(file, {
    schema: policySchema(),
    noun: "policy",
  });
  return diagnosed(input && policyOf(input, cron, report));
}

/** The JSON Schema of a policy, for editors. */
export function policyJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(policySchema(), { io: "input" });
  return { ...(schema as JsonObject), title: "Holdfast policy" };
}

function policyOf(input: PolicyInput, cron: CronTimes, report: Report): Policy {
  const { rules = [], windows = [], vetoes, prune = true, budget } = input;
  const timed = windows.map((window, at) => ({
    isFetch: window.for === "fetch",
    window: windowOf(window, { path: ["windows", at], cron }, report),
  }));
  return {
    rules: rules.map((rule, at) => ({
      match: matchOf(rule.match, ["rules", at, "match"], report),
      outcome: outcomeOf(rule, ["rules", at], report),
    })),
    applyWindows: timed.filter(({ isFetch }) => !isFetch).map(({ window }) => window),
    fetchWindows: timed.filter(({ isFetch }) => isFetch).map(({ window }) => window),
    vetoes: vetoes === undefined ? undefined : vetoRuleOf(vetoes, report),
    mayPrune: prune,
    budget: { ...NO_BUDGET, ...budget },
  };
}

function outcomeOf(rule: RuleInput, path: FieldPath, report: Report): PolicyOutcome {
  const { allow, approvals, deny } = rule;
  const outcomes: readonly (PolicyOutcome | undefined)[] = [
    deny === undefined ? undefined : { type: "deny", reason: deny },
    approvals === undefined ? undefined : { type: "approvals", count: approvals },
    allow === undefined ? undefined : { type: "allow" },
  ];
  const [outcome, ...others] = outcomes.filter((one) => one !== undefined);
  if (outcome === undefined || others.length > 0) {
    const detail = "A rule says exactly one of allow: true, approvals: 1 or 2, or deny: REASON.";
    report({ path, summary: "Not one outcome", detail });
  }
  return outcome ?? { type: "deny", reason: "the rule says nothing" };
}

function matchOf(input: MatchInput = {}, path: FieldPath, report: Report): Match {
  const { kinds, ids, tags, verbs, risk } = input;
  const globs = ids?.flatMap((source, at) => globOf(source, [...path, "ids", at], report));
  return {
    ...(kinds === undefined ? {} : { kinds: new Set(kinds) }),
    ...(globs === undefined ? {} : { ids: globs }),
    ...(tags === undefined ? {} : { tags: new Set(tags) }),
    ...(verbs === undefined ? {} : { verbs: new Set(verbs) }),
    ...(risk === undefined ? {} : { risks: new Set(risk) }),
  };
}

function globOf(source: string, path: FieldPath, report: Report): readonly Glob[] {
  const glob = compileGlob(source);
  if (typeof glob === "function") return [glob];
  report({ path, summary: "Wrong glob", detail: `The glob ${glob.mistake}.` });
  return [];
}

function windowOf(
  { opens, timeZone, durationMinutes, match, for: what }: WindowInput,
  { path, cron }: { readonly path: FieldPath; readonly cron: CronTimes },
  report: Report,
): Window & { readonly match: Match } {
  const mistake = cron.mistakeIn(opens, timeZone);
  if (mistake !== undefined) {
    report({ path: [...path, "opens"], summary: "Wrong window", detail: mistake });
  }
  if (what === "fetch" && match !== undefined) {
    const detail = "A desired state is taken as a whole: leave match out, or make it for: apply.";
    report({ path: [...path, "match"], summary: "Wrong window", detail });
  }
  return {
    opens,
    timeZone,
    durationMs: durationMinutes * MINUTE_MS,
    match: matchOf(match, [...path, "match"], report),
  };
}

function vetoRuleOf(
  {
    directory = DEFAULT_VETO_DIRECTORY,
    maxAgeMinutes = DEFAULT_VETO_MINUTES,
    match,
  }: NonNullable<PolicyInput["vetoes"]>,
  report: Report,
): VetoRule {
  return {
    directory,
    maxAgeMs: maxAgeMinutes * MINUTE_MS,
    match: matchOf(match, ["vetoes", "match"], report),
  };
}
