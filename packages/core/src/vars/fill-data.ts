import type { FieldPath } from "../check/field-path.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { WrittenSecret } from "../secret/written-secret.ts";
import type { TemplateScope } from "../template/find-value.ts";
import {
  type NamePart,
  parseTemplate,
  type Template,
  type TemplateMistake,
} from "../template/parse-template.ts";
import { type RenderBudget, renderTemplate, valueOfName } from "../template/render-template.ts";

/** What data is filled with, and where what is wrong goes. */
export interface Filling {
  readonly scope: TemplateScope;
  /** For all that is filled together. */
  readonly budget: RenderBudget;
  /** Texts at these paths are templates of their own. */
  isOwnTemplate(path: FieldPath): boolean;
  report(path: FieldPath, text: string, mistake: TemplateMistake): void;
  /** A value that is one name was replaced by what it stands for. */
  filled(path: FieldPath, written: string): void;
}

/**
 * A copy of data whose texts are rendered. A text that is one name, and nothing else, becomes the value with its type;
 * what has no name in it is not copied. Values are not filled again: they are what they are.
 */
export function fillData(value: Json, path: FieldPath, filling: Filling): Json {
  if (typeof value === "string") return fillText(value, path, filling);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return fillList(value, path, filling);
  const copy = fillFields(value, path, filling);
  return "$concat" in copy ? joined(copy) : copy;
}

/** A text that is rendered and stays a text, also when it is one name. */
export function fillWords(text: string, path: FieldPath, filling: Filling): string | WrittenSecret {
  const template = templateIn(text, path, filling);
  return template === undefined ? text : (rendered(template, path, filling) ?? text);
}

function fillText(text: string, path: FieldPath, filling: Filling): Json {
  const template = templateIn(text, path, filling);
  if (template === undefined) return text;
  const name = onlyName(template);
  if (name === undefined) return rendered(template, path, filling) ?? text;
  const found = valueOfName(name, filling.scope);
  if ("mistake" in found) {
    filling.report(path, text, found.mistake);
    return text;
  }
  spend(found.value, filling.budget);
  if (isSpent(filling.budget)) filling.report(path, text, { offset: 0, detail: TOO_MUCH });
  filling.filled(path, text);
  return found.value;
}

/** `undefined` for a text without names, and for one that is wrong. */
function templateIn(text: string, path: FieldPath, filling: Filling): Template | undefined {
  if (!text.includes("{{") || isSpent(filling.budget) || filling.isOwnTemplate(path)) {
    return undefined;
  }
  filling.budget.characters -= text.length;
  const parsed = parseTemplate(text);
  if ("template" in parsed) return parsed.template;
  for (const mistake of parsed.mistakes) filling.report(path, text, mistake);
  return undefined;
}

function onlyName({ text, parts }: Template): NamePart | undefined {
  const [part, second] = parts;
  if (part?.type !== "name" || second !== undefined || part.isText) return undefined;
  return part.offset === 0 && part.end === text.length ? part : undefined;
}

function rendered(
  template: Template,
  path: FieldPath,
  { scope, budget, report }: Filling,
): string | WrittenSecret | undefined {
  const { value, mistakes } = renderTemplate(template, scope, budget);
  for (const mistake of mistakes) report(path, template.text, mistake);
  return value;
}

function fillList(list: readonly Json[], path: FieldPath, filling: Filling): Json {
  const copy = list.map((entry, index) => fillData(entry, [...path, index], filling));
  return copy.every((entry, index) => entry === list[index]) ? list : copy;
}

function fillFields(object: JsonObject, path: FieldPath, filling: Filling): JsonObject {
  const fields = Object.entries(object).map(([field, inner = null]): [string, Json] => [
    field,
    fillData(inner, [...path, field], filling),
  ]);
  return fields.every(([field, inner]) => inner === object[field])
    ? object
    : Object.fromEntries(fields);
}

/** A part of a text with secrets that became such a text itself is joined into it. */
function joined(object: JsonObject): JsonObject {
  const { $concat = null } = object;
  if (!isList($concat)) return object;
  const parts = $concat.flatMap((part) => partsOf(part));
  return { ...object, $concat: parts };
}

function partsOf(part: Json): readonly Json[] {
  const inner = isJsonObject(part) ? (part["$concat"] ?? null) : null;
  return isList(inner) ? inner : [part];
}

/** A small text that stands for much, again and again, would be endless data. */
function spend(value: Json, budget: RenderBudget): void {
  budget.steps -= 1;
  if (typeof value === "string") budget.characters -= value.length;
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) {
    if (isSpent(budget)) return;
    spend(inner as Json, budget);
  }
}

/** Tells whether nothing more may be filled. */
export function isSpent({ characters, steps }: RenderBudget): boolean {
  return characters < 0 || steps < 0;
}

const TOO_MUCH = "what is filled in is too much: long values again and again";

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
