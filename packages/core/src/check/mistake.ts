import type { Diagnostic, SourceLocation } from "../fault/diagnostic.ts";
import { nearest } from "./suggest.ts";
import { type FieldPath, formatPath } from "./field-path.ts";

/** Something wrong with one field, before it is known where the field was written. */
export interface Mistake {
  readonly path: FieldPath;
  readonly summary: string;
  readonly detail: string;
  /** The detail without its advice, where it has one. */
  readonly finding?: string;
  /** The detail where the file has these letters for the value: 3.10 is the number 3.1. Absent: it repeats no value. */
  readonly detailFor?: (written: string) => string;
}

/** A field that does not exist where it was written. `path` leads to the field itself. */
export function unknownField(path: FieldPath, candidates: readonly string[]): Mistake {
  const name = String(path.at(-1));
  const owner = formatPath(path.slice(0, -1));
  if (name === "<<") {
    const detail = `${owner} has no field "<<". YAML 1.2 has no merge keys; write the fields out.`;
    return { path, summary: "Unknown field", detail };
  }
  const place = owner === "" ? "there is no field" : `${owner} has no field`;
  const finding = `${place} "${name}".`;
  const detail = `${finding} ${advice(name, candidates)}`;
  return { path, summary: "Unknown field", detail, finding };
}

/** A field that must be written and is not. `path` leads to the field itself. */
export function missingField(path: FieldPath, expected: string): Mistake {
  return {
    path,
    summary: "Missing field",
    detail: `${formatPath(path)} is required: ${expected}.`,
  };
}

/** A value of the wrong type. `expected` is a noun with its article: `a text`. */
export function wrongType(path: FieldPath, expected: string, found: unknown): Mistake {
  const must = `${formatPath(path)} must be ${expected}, but is`;
  const summary = "Wrong type";
  if (typeof found !== "number" && typeof found !== "boolean") {
    return { path, summary, detail: `${must} ${describe(found)}.${remedyFor(expected, found)}` };
  }
  const isQuotable = expected.includes("a text") && !expected.includes("number");
  const detailFor = (written: string) =>
    `${must} the ${typeof found === "number" ? "number" : "truth value"} ${written}.${isQuotable ? `${IN_QUOTES} "${written}".` : ""}`;
  return { path, summary, detail: detailFor(String(found)), detailFor };
}

/** A mistake in a value that stands in the file in these letters; `undefined` where that is not known. */
export function mistakeAsWritten(mistake: Mistake, written: string | undefined): Mistake {
  if (written === undefined || mistake.detailFor === undefined) return mistake;
  return { ...mistake, detail: mistake.detailFor(shorten(written)) };
}

/** A mistake in a value that a var stands for: it is not the text that was written there. */
export function mistakeInFilled({ path, summary, detail }: Mistake, written: string): Mistake {
  const name = written.slice(2, -2).trim();
  const [said = detail, quoted] = detail.split(IN_QUOTES);
  const remedy = quoted === undefined ? "" : ` As a text write "{{{${name}}}}".`;
  return { path, summary, detail: `${said} It is what "${written}" stands for.${remedy}` };
}

/** A value outside the few that are allowed; `nouns` are types of which any value is allowed too. */
export function wrongValue(
  path: FieldPath,
  allowed: readonly string[],
  found: unknown,
  nouns: readonly string[] = [],
): Mistake {
  const list = [...nouns, ...allowed.map((value) => `"${value}"`)].join(" or ");
  const near = typeof found === "string" ? nearest(found, allowed) : undefined;
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  const finding = `${formatPath(path)} must be ${list}, but is ${describe(found)}.`;
  return { path, summary: "Wrong value", detail: `${finding}${hint}`, finding };
}

/** "Did you mean …?", or all there is when nothing is near. */
export function advice(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return candidates.length === 0 ? "It takes no fields." : `There are: ${candidates.join(", ")}.`;
}

/** The Diagnostic of a mistake in what stands at `address`. */
export function mistakeDiagnostic(
  mistake: Mistake,
  address: string,
  location: SourceLocation | undefined,
): Diagnostic {
  const { summary, detail } = mistake;
  return {
    severity: "error",
    address,
    ...(location === undefined ? {} : { location }),
    summary,
    detail,
  };
}

/** What a value is, in words: `the text "yes"`, `the number 5`, `a list`. */
export function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty (null)";
  if (typeof value === "string") return `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return `the truth value ${value}`;
  return Array.isArray(value) ? "a list" : "a mapping";
}

/** At most 60 characters of a text, so that a message stays one line. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

const IN_QUOTES = " Put it in quotes:";

function remedyFor(expected: string, found: unknown): string {
  if (found === null) return " Give it a value, or leave the field out.";
  if (typeof found !== "string") return "";
  if (expected === "true or false") {
    const truth = /^(?:y|yes|on)$/i.test(found) || /^(?:n|no|off)$/i.test(found);
    return truth ? ` Write ${/^(?:y|yes|on)$/i.test(found)}.` : "";
  }
  return /^0[0-7]+$/.test(found) && expected.includes("number")
    ? " An unquoted number that begins with 0 is kept as text; write it without the 0."
    : "";
}
