import {
  type BaseChain,
  type Change,
  change,
  type FirewallTable,
  type JsonObject,
  mappedText,
  type ObservedTable,
  ruleText,
} from "@holdfast/core";
import { fingerprintOf } from "../fingerprint.ts";
import { diffLink } from "../link/diff.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { FirewallObserved } from "./observe.ts";
import type { FirewallSpec } from "./spec.ts";

/** What is loaded at boot, as a part of the resource. */
export const RULES_PART = "persisted.rules";
/** The unit that loads it. */
export const UNIT_PART = "persisted.unit";
/** The link by which systemd starts that. */
export const LINK_PART = "persisted.link";

/** Compares what the kernel has, and what is loaded at boot, with a spec: each by itself. */
export function diffFirewall(
  spec: FirewallSpec,
  observed: FirewallObserved | undefined,
): readonly Change[] {
  const { boot } = spec;
  const live = observed?.isLive === false ? [] : diffLive(spec, observed?.table);
  if (spec.isBootUnmanaged && live.length === 0) return [];
  return [
    ...live,
    ...diffPart(RULES_PART, boot.rules, observed?.rules),
    ...diffPart(UNIT_PART, boot.unit, observed?.unit),
    ...diffLink(boot.link, observed?.link).map((one) => ({
      ...one,
      path: `${LINK_PART}.${one.path}`,
    })),
  ];
}

/** Whether a change is one of the kernel's table. */
export function isOfTable({ path }: Change): boolean {
  return !path.startsWith("persisted.");
}

/** What is there as a short text: what the kernel has, a space, and what is loaded at boot. */
export function fingerprintFirewall({ isLive, table, ...boot }: FirewallObserved): string {
  const [kernel, files] = [table ?? {}, boot].map(partFingerprint);
  return `${isLive ? kernel : "elsewhere"} ${files}`;
}

/** What filters. */
export function firewallDetails({ isLive, table }: FirewallObserved): JsonObject {
  if (!isLive) return { loaded: "not here: this is another root" };
  if (table === undefined) return { loaded: false };
  const rules = table.chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  return { loaded: true, table: `inet ${table.name}`, chains: table.chains.length, rules };
}

function partFingerprint(part: object): string {
  const text = JSON.stringify(part);
  return text === "{}" ? "" : fingerprintOf(text);
}

function diffLive(
  { table, isAbsent }: FirewallSpec,
  observed: ObservedTable | undefined,
): readonly Change[] {
  if (isAbsent) return observed === undefined ? [] : [change("state", "present", "absent")];
  const wanted = partsOf(asObserved(table));
  const found = observed === undefined ? new Map<string, string>() : partsOf(observed);
  const paths = new Set([...wanted.keys(), ...found.keys()]);
  const changes = [...paths]
    .filter((path) => wanted.get(path) !== found.get(path))
    .map((path) => change(path, found.get(path), wanted.get(path)));
  return observed === undefined ? [change("state", undefined, "present"), ...changes] : changes;
}

function asObserved(table: FirewallTable): ObservedTable {
  const chains = table.chains.map(({ rules, ...chain }) => ({
    ...chain,
    rules: rules.map((rule) => ({ rule })),
  }));
  return { ...table, chains, others: [] };
}

/** What a table says, by the fields that say it: each a text of lines, so that a difference shows the lines of it. */
function partsOf({ sets, maps, chains, others }: ObservedTable): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const { name, type, elements } of sets) {
    parts.set(`sets.${name}`, linesText([`type ${type}`, ...elements]));
  }
  for (const { name, type, elements } of maps) {
    const lines = elements.map(({ key, verdict }) => `${key}: ${mappedText(verdict)}`);
    parts.set(`maps.${name}`, linesText([`type ${type}`, ...lines]));
  }
  for (const { name, base, rules } of chains) {
    parts.set(`chains.${name}`, base === undefined ? "no hook" : baseText(base));
    if (rules.length === 0) continue;
    const lines = rules.map(({ rule, other }) => (rule ? ruleText(rule) : other));
    parts.set(`chains.${name}.rules`, linesText(lines));
  }
  if (others.length > 0) parts.set("others", linesText(others));
  return parts;
}

function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function baseText({ type, hook, priority, policy }: BaseChain): string {
  return `type ${type}, hook ${hook}, priority ${priority}, policy ${policy}`;
}
