import * as z from "zod/mini";
import { type FieldPath, formatPath } from "./field-path.ts";
import {
  describe,
  type Mistake,
  missingField,
  unknownField,
  wrongType,
  wrongValue,
} from "./mistake.ts";

/**
 * What a schema has against a value, in our words; empty when it fits. A message that the schema brings itself passes
 * through. Field paths begin with `base`.
 *
 * A value is parsed twice when it is wrong, so that the many which are right pay nothing for explanations.
 */
export function fieldMistakes(
  schema: z.core.$ZodType,
  value: unknown,
  base: FieldPath,
): readonly Mistake[] {
  if (z.safeParse(schema, value).success) return [];
  const fieldsOf: KnownFields = new Map();
  const error: z.core.$ZodErrorMap = (issue) => {
    if (issue.code === "unrecognized_keys") fieldsOf.set(issue.keys, shapeOf(issue.inst));
    return DEFAULT_MESSAGE;
  };
  const result = z.safeParse(schema, value, { error });
  if (result.success) return [];
  const mistakes = result.error.issues.flatMap((issue) => explain(issue, value, base, fieldsOf));
  return withoutRepeats(mistakes);
}

/** Stands for "the schema said nothing of its own". */
const DEFAULT_MESSAGE = "\u0000";

/**
 * The fields there are, by the list of the fields that there are not: zod hands that list on unchanged, but drops the
 * schema it belongs to.
 */
type KnownFields = Map<readonly string[], readonly string[]>;

/** So many unknown fields of one mapping are reported. */
const MOST_UNKNOWN_FIELDS = 100;

type Issue = z.core.$ZodIssue;

function explain(
  issue: Issue,
  root: unknown,
  base: FieldPath,
  fieldsOf: KnownFields,
): readonly Mistake[] {
  const below = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const path = [...base, ...below];
  const found = valueAt(root, below);
  if (issue.code === "unrecognized_keys") {
    const fields = fieldsOf.get(issue.keys) ?? [];
    const keys = issue.keys.slice(0, MOST_UNKNOWN_FIELDS);
    return keys.map((key) => unknownField([...path, key], fields));
  }
  if (issue.message !== DEFAULT_MESSAGE) {
    return [
      { path, summary: "Wrong value", detail: `${formatPath(path)}: ${sentence(issue.message)}` },
    ];
  }
  switch (issue.code) {
    case "invalid_type":
      return [
        found === undefined
          ? missingField(path, noun(issue.expected))
          : wrongType(path, noun(issue.expected), found),
      ];
    case "invalid_value":
      return [wrongValue(path, issue.values.map(String), found)];
    case "invalid_union":
      return explainUnion(issue.errors, found, path, fieldsOf);
    case "invalid_key":
    case "invalid_element":
      return issue.issues.flatMap((inner) => explain(inner, found, path, fieldsOf));
    default:
      return [outOfBounds(issue, path, found)];
  }
}

/** Schemas' own messages are written without or with a full stop. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** The branch that got furthest speaks; where none accepts the type, all of them say what they expect. */
function explainUnion(
  branches: readonly (readonly Issue[])[],
  found: unknown,
  path: FieldPath,
  fieldsOf: KnownFields,
): readonly Mistake[] {
  const nouns = nounsOf(branches);
  const entered = branches.filter((issues) => !issues.some(isRefusalOfType));
  const allowed = entered.map(allowedWords);
  if (allowed.length > 0 && allowed.every((words) => words !== undefined)) {
    return [wrongValue(path, allowed.flat(), found, nouns)];
  }
  const closest = entered.toSorted((left, right) => left.length - right.length)[0];
  if (closest !== undefined && closest.length > 0) {
    return closest.flatMap((issue) => explain(issue, found, path, fieldsOf));
  }
  const expected = nouns.join(" or ");
  return [found === undefined ? missingField(path, expected) : wrongType(path, expected, found)];
}

function nounsOf(branches: readonly (readonly Issue[])[]): readonly string[] {
  const nouns = branches.flatMap((issues) =>
    issues.flatMap((issue) =>
      issue.code === "invalid_type" && issue.path.length === 0 ? [noun(issue.expected)] : [],
    ),
  );
  return [...new Set(nouns)];
}

/** The values that a branch takes, when it takes a few and nothing else: `z.literal("unlimited")` beside a number. */
function allowedWords([issue, ...others]: readonly Issue[]): readonly string[] | undefined {
  const isWords = issue?.code === "invalid_value" && issue.path.length === 0 && others.length === 0;
  return isWords ? issue.values.map(String) : undefined;
}

function isRefusalOfType(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === "invalid_type";
}

function outOfBounds(issue: Issue, path: FieldPath, found: unknown): Mistake {
  const detail = `${formatPath(path)} ${bound(issue)}, but is ${describe(found)}.`;
  return { path, summary: "Wrong value", detail };
}

function bound(issue: Issue): string {
  switch (issue.code) {
    case "too_small":
      return `must ${counted(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `must ${counted(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return issue.pattern === undefined
        ? `must have the form ${issue.format}`
        : `must match ${issue.pattern}`;
    default:
      return "is not valid";
  }
}

function counted(origin: string): string {
  return origin === "string" || origin === "array" ? "have" : "be";
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

/** How people call a type. */
function noun(expected: string): string {
  return NOUNS[expected] ?? `a ${expected}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
  null: "empty",
  never: "left out",
};

function shapeOf(schema: z.core.$ZodType | z.core.$ZodCheck | undefined): readonly string[] {
  const definition: object | undefined = schema?._zod.def;
  if (definition === undefined || !("shape" in definition)) return [];
  const { shape } = definition;
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

/** What stands at a path; `undefined` when nothing does. */
export function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined;
  }
  return value;
}

/** Two branches of an intersection, or a union in one, may say the same. */
function withoutRepeats(mistakes: readonly Mistake[]): readonly Mistake[] {
  const byText = new Map(mistakes.map((mistake) => [mistake.detail, mistake]));
  return [...byText.values()];
}
