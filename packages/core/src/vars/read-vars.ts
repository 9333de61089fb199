import {
  type GivenParameters,
  type ParameterDefinition,
  readParameters,
} from "../blueprint/parameters.ts";
import { advice, describe, mistakeDiagnostic } from "../check/mistake.ts";
import { survey } from "../check/survey.ts";
import { type Diagnostic, formatLocation, isEnough } from "../fault/diagnostic.ts";
import type { Facts } from "../facts.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { varMistakes } from "../template/check-vars.ts";
import type { RenderBudget } from "../template/render-template.ts";
import { isMapping } from "../template/find-value.ts";
import { fillData } from "./fill-data.ts";
import { templateDiagnostic, type VarsDocument } from "./vars-document.ts";

/** What vars are read with. */
export interface ReadVarsOptions {
  /** They may be used in the values of vars. `undefined`: there are none. */
  readonly facts: Facts | undefined;
  /** Values from outside, which replace those that are written. */
  readonly parameters: GivenParameters;
  readonly budget: RenderBudget;
}

/**
 * The vars of all documents together. Each name is declared once; a value may hold facts, and no other vars, so that their
 * order means nothing.
 */
export function readVars(
  documents: readonly VarsDocument[],
  options: ReadVarsOptions,
  diagnostics: Diagnostic[],
): JsonObject {
  const declared = new Map<string, VarsDocument>();
  const values = new Map<string, Json>();
  for (const document of documents) {
    const written = varsOf(document);
    if (written === undefined || isEnough(diagnostics)) continue;
    const surveyed = survey(written, ["vars"]);
    const mistakes = [...varMistakes(written, ["vars"]), ...surveyed.mistakes, ...surveyed.rounded];
    for (const mistake of mistakes) {
      if (isEnough(diagnostics)) break;
      const location = document.locate(mistake.path);
      diagnostics.push(mistakeDiagnostic(mistake, document.file, location));
    }
    if (mistakes.length > 0) continue;
    for (const [name, value = null] of Object.entries(written)) {
      if (isEnough(diagnostics)) break;
      const before = declared.get(name);
      if (before !== undefined) diagnostics.push(declaredTwice(name, before, document));
      declared.set(name, document);
      values.set(name, fillVar(value, name, { document, options, diagnostics }));
    }
  }
  const vars = Object.fromEntries(values);
  return { ...vars, ...overriding(vars, options.parameters, diagnostics) };
}

/** The vars of a document; `undefined` when it has none, or what it has is no mapping, which is reported elsewhere. */
export function varsOf({ value }: VarsDocument): JsonObject | undefined {
  return isJsonObject(value) && isJsonObject(value.vars) ? value.vars : undefined;
}

function declaredTwice(name: string, first: VarsDocument, second: VarsDocument): Diagnostic {
  const path = ["vars", name];
  const there = first.locate(path);
  const earlier = there === undefined ? "" : ` at ${formatLocation(there)}`;
  const detail = `vars.${name} is declared${earlier} and here. All documents together are one manifest: keep one of the two.`;
  const mistake = { path, summary: "Declared twice", detail };
  return mistakeDiagnostic(mistake, second.file, second.locate(path));
}

function fillVar(
  value: Json,
  name: string,
  {
    document,
    options: { facts, budget },
    diagnostics,
  }: {
    readonly document: VarsDocument;
    readonly options: ReadVarsOptions;
    readonly diagnostics: Diagnostic[];
  },
): Json {
  return fillData(value, ["vars", name], {
    scope: { vars: {}, facts },
    budget,
    isOwnTemplate: () => false,
    filled: () => {},
    report: (path, text, mistake) => {
      if (isEnough(diagnostics)) return;
      const detail = withoutVars(mistake.detail);
      const said = { ...mistake, detail };
      diagnostics.push(templateDiagnostic({ document, path, text, mistake: said }));
    },
  });
}

/** A text with the form of an unknown var may be a misspelt one. */
function withoutVars(detail: string): string {
  if (!detail.startsWith('there is no "')) return detail;
  return `${detail.replace(/\..*$/s, "")}. A var may hold facts, and no other vars.`;
}

/** Vars that are given from outside, each of the type that it is declared with. */
function overriding(
  vars: JsonObject,
  parameters: GivenParameters,
  diagnostics: Diagnostic[],
): JsonObject {
  const definitions: [string, ParameterDefinition][] = [];
  const given: [string, Json][] = [];
  for (const [name, text] of Object.entries(parameters)) {
    const value = Object.hasOwn(vars, name) ? vars[name] : undefined;
    const definition = value === undefined ? undefined : definitionOf(value);
    if (definition !== undefined) {
      definitions.push([name, definition]);
      given.push([name, text ?? null]);
    } else diagnostics.push(refusedParameter(name, value, Object.keys(vars)));
  }
  const read = readParameters(Object.fromEntries(definitions), Object.fromEntries(given));
  diagnostics.push(...read.diagnostics);
  return read.value ?? {};
}

function definitionOf(value: Json): ParameterDefinition | undefined {
  if (typeof value === "string") return { type: "string" };
  if (typeof value === "number") return { type: "number" };
  if (typeof value === "boolean") return { type: "boolean" };
  const isTexts = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  return isTexts ? { type: "list" } : undefined;
}

function refusedParameter(
  name: string,
  value: Json | undefined,
  names: readonly string[],
): Diagnostic {
  const address = `parameter ${name}`;
  if (value === undefined) {
    const hint =
      names.length === 0
        ? `The manifest declares no vars: leave --param ${name} out.`
        : advice(name, names);
    const detail = `There is no parameter "${name}". ${hint}`;
    return { severity: "error", address, summary: "Unknown parameter", detail };
  }
  const isSecret = isJsonObject(value) && !isMapping(value);
  const what = isSecret ? "a secret" : describe(value);
  const detail = `"${name}" is ${what}; a parameter is a text, a number, a truth value or a list of texts. Change it in the manifest.`;
  return { severity: "error", address, summary: "Wrong parameter", detail };
}
