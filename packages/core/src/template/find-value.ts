import { advice } from "../check/mistake.ts";
import { FACT_NAMES, type Facts, factsJson } from "../facts.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { meansSecret } from "../secret/written-secret.ts";

/** What the names of a template stand for. */
export interface TemplateScope {
  /** Also found under `vars`. */
  readonly vars: JsonObject;
  /** `later`: they are known when the template is rendered, not while it is checked. `undefined`: there are none here. */
  readonly facts: Facts | "later" | undefined;
}

/** What a section is about, and what is around it. The outermost holds all names. */
export interface Frame {
  readonly value: Json;
  readonly outer: Frame | undefined;
}

/** What a name stands for. */
export type Found =
  | { readonly type: "value"; readonly value: Json }
  /** A fact, while facts are not known yet. */
  | { readonly type: "later" }
  /** A fact that this machine does not have. */
  | { readonly type: "none" }
  /** There is no such name. */
  | { readonly type: "unknown"; readonly detail: string };

/** The outermost frame of a scope. */
export function frameOf({ vars }: TemplateScope): Frame {
  return { value: { ...vars, vars }, outer: undefined };
}

/**
 * What a dotted name stands for: its first word is searched from the innermost frame outwards, the others in what was
 * found. Only fields that data itself has count.
 */
export function findValue(name: string, frame: Frame, { facts }: TemplateScope): Found {
  if (name === ".") return itemOf(frame);
  const keys = name.split(".");
  const [first = ""] = keys;
  for (let around: Frame | undefined = frame; around !== undefined; around = around.outer) {
    if (hasField(around.value, first)) return follow(around.value, keys);
  }
  if (first === "facts") return findFact(keys.slice(1), facts);
  return unknown(`there is no ${JSON.stringify(first)}. ${advice(first, namesIn(frame))}`);
}

function itemOf(frame: Frame): Found {
  if (frame.outer !== undefined) return { type: "value", value: frame.value };
  return unknown("{{.}} is the item of a list, inside of a section about it; there is none here");
}

function follow(start: JsonObject, keys: readonly string[]): Found {
  let value: Json = start;
  for (const [position, key] of keys.entries()) {
    if (!hasField(value, key)) return unknownField(value, keys, position);
    value = value[key] ?? null;
  }
  return { type: "value", value };
}

function unknownField(value: Json, keys: readonly string[], position: number): Found {
  const owner = keys.slice(0, position).join(".");
  const key = keys[position] ?? "";
  const said = `${owner} has no ${JSON.stringify(key)}`;
  if (!isMapping(value)) return unknown(`${said}: it is no mapping.`);
  return unknown(`${said}. ${advice(key, Object.keys(value))}`);
}

function findFact([name, ...rest]: readonly string[], facts: TemplateScope["facts"]): Found {
  if (name === undefined) return unknown("facts are named one by one, such as facts.hostname.");
  if (facts === undefined) return unknown("no facts are known here.");
  const known = FACT_NAMES.find((one) => one === name);
  if (known === undefined) {
    return unknown(`there is no fact ${JSON.stringify(name)}. ${advice(name, FACT_NAMES)}`);
  }
  if (facts === "later") return { type: "later" };
  const value = factsJson(facts)[known];
  return value === undefined ? { type: "none" } : follow({ [name]: value }, [name, ...rest]);
}

function namesIn(frame: Frame): readonly string[] {
  const names = new Set<string>();
  for (let around: Frame | undefined = frame; around !== undefined; around = around.outer) {
    if (isMapping(around.value)) for (const name of Object.keys(around.value)) names.add(name);
  }
  return [...names, "facts"];
}

function hasField(value: Json, field: string): value is JsonObject {
  return isMapping(value) && Object.hasOwn(value, field);
}

/** A reference to a secret is a text, not a mapping. */
export function isMapping(value: Json): value is JsonObject {
  return isJsonObject(value) && !meansSecret(value);
}

function unknown(detail: string): Found {
  return { type: "unknown", detail };
}
