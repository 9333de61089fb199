import {
  type FirewallLimit,
  type FirewallLog,
  type FirewallRule,
  isJsonObject,
  isSameData,
  type Json,
  type JsonObject,
  normalRule,
  type ObservedRule,
  type RuleCount,
} from "@holdfast/core";
import { readRuleMatch, type RulePart } from "./listing-match.ts";
import { hasOnly } from "./listing-values.ts";
import { readVerdict } from "./listing-verdict.ts";

/** A rule with what it has counted. */
export type ListedRule = ObservedRule & { readonly count?: RuleCount };

/** The order in which the parts of a rule have the meaning that they have here; all matches together have none. */
const RANKS: Readonly<Record<string, number>> = { match: 0, limit: 1, counter: 2, log: 3 };
const VERDICT_RANK = 4;
/** What a rule may say of itself: where it is, and what is read. */
const RULE_FIELDS = "family table chain handle index position comment expr".split(" ");
const PERIODS: readonly unknown[] = ["second", "minute", "hour", "day"];

/** Reads one rule of a listing; one that says anything else is kept as the text of that. */
export function readListedRule(value: JsonObject): ListedRule {
  const { expr, comment } = value;
  if (!hasOnly(value, RULE_FIELDS)) {
    return { other: JSON.stringify({ ...value, handle: undefined }) };
  }
  const rule = Array.isArray(expr) ? joined(expr, comment) : undefined;
  if (rule === undefined) {
    return { other: JSON.stringify(typeof comment === "string" ? [expr, comment] : expr) };
  }
  const count = Array.isArray(expr) ? countIn(expr) : undefined;
  return { rule: normalRule(rule), ...(count && { count }) };
}

function joined(expressions: readonly Json[], comment: Json | undefined): FirewallRule | undefined {
  let rule: RulePart = typeof comment === "string" ? { comment } : {};
  let rank = 0;
  for (const expression of expressions) {
    if (!isJsonObject(expression)) return undefined;
    const [[name, value] = ["", undefined]] = Object.entries(expression);
    const next = RANKS[name] ?? VERDICT_RANK;
    const part = readPart(name, value);
    const isInOrder = next > rank || (next === 0 && rank === 0);
    if (part === undefined || !isInOrder || !agrees(rule, part)) return undefined;
    rule = { ...rule, ...part };
    rank = next;
  }
  const { protocols, ports, sourcePorts, verdict = { type: "none" } } = rule;
  const isOfPorts = ports !== undefined || sourcePorts !== undefined;
  return isOfPorts && protocols === undefined ? undefined : { ...rule, verdict };
}

/** Two matches may say one thing: the protocol by each of two ports. Two that say different ones are not understood. */
function agrees(rule: RulePart, part: RulePart): boolean {
  return Object.entries(part).every(([field, value]) => {
    const before: unknown = Reflect.get(rule, field);
    return before === undefined || isSameData(before, value);
  });
}

function readPart(name: string, value: Json | undefined): RulePart | undefined {
  switch (name) {
    case "match":
      return readRuleMatch(value);
    case "limit":
      return limitPart(value);
    case "counter":
      return value === null || isJsonObject(value) ? { isCounted: true } : undefined;
    case "log":
      return logPart(value);
    default:
      return readVerdict(name, value);
  }
}

function limitPart(value: Json | undefined): RulePart | undefined {
  if (!isJsonObject(value) || !hasOnly(value, ["rate", "per", "burst", "rate_unit"])) {
    return undefined;
  }
  const { rate, per, burst, rate_unit: unit = "packets" } = value;
  if (typeof rate !== "number" || typeof burst !== "number" || unit !== "packets") return undefined;
  return isPeriod(per) ? { limit: { rate, per, burst } } : undefined;
}

function isPeriod(per: Json | undefined): per is FirewallLimit["per"] {
  return PERIODS.includes(per);
}

function logPart(value: Json | undefined): RulePart | undefined {
  if (value === null) return { log: {} };
  if (!isJsonObject(value) || !hasOnly(value, ["prefix", "level"])) return undefined;
  const { prefix, level } = value;
  const log: FirewallLog = {
    ...(typeof prefix === "string" && { prefix }),
    ...(typeof level === "string" && level !== "warn" && { level }),
  };
  return { log };
}

function countIn(expressions: readonly Json[]): RuleCount | undefined {
  for (const expression of expressions) {
    const counter = isJsonObject(expression) ? expression["counter"] : undefined;
    if (!isJsonObject(counter)) continue;
    const { packets, bytes } = counter;
    if (typeof packets === "number" && typeof bytes === "number") return { packets, bytes };
  }
  return undefined;
}
