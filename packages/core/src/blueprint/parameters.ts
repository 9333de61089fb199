import { advice, describe } from "../check/mistake.ts";
import type { Diagnosed, Diagnostic } from "../fault/diagnostic.ts";
import { isExactNumber, type Json } from "../json.ts";
import { nearest } from "../check/suggest.ts";

/** One parameter of a blueprint. Without a default it must be given. */
export type ParameterDefinition = { readonly description?: string } & (
  | { readonly type: "string"; readonly default?: string }
  | { readonly type: "number"; readonly default?: number }
  | { readonly type: "boolean"; readonly default?: boolean }
  | { readonly type: "enum"; readonly values: readonly string[]; readonly default?: string }
  /** Of texts; on the command line separated by commas. */
  | { readonly type: "list"; readonly default?: readonly string[] }
);

/** The parameters of a blueprint by name. */
export type ParameterDefinitions = Readonly<Record<string, ParameterDefinition>>;

/** What a blueprint's body gets for its definitions. */
export type ParameterValues<Definitions extends ParameterDefinitions> = {
  readonly [Name in keyof Definitions]: ValueOf<Definitions[Name]>;
};

/** What must be given for definitions: those without a default, and others at will. */
export type ParameterInput<Definitions extends ParameterDefinitions> = {
  readonly [Name in RequiredNames<Definitions>]: ValueOf<Definitions[Name]>;
} & {
  readonly [Name in Exclude<keyof Definitions, RequiredNames<Definitions>>]?: ValueOf<
    Definitions[Name]
  >;
};

/** Parameters as they come from outside, by name. */
export type GivenParameters = Readonly<Record<string, Json | undefined>>;

/** The value of one parameter. */
export type ParameterValue = string | number | boolean | readonly string[];

type RequiredNames<Definitions extends ParameterDefinitions> = {
  [Name in keyof Definitions]: Definitions[Name] extends { readonly default: unknown }
    ? never
    : Name;
}[keyof Definitions];

type ValueOf<Definition> = Definition extends { readonly type: "string" }
  ? string
  : Definition extends { readonly type: "number" }
    ? number
    : Definition extends { readonly type: "boolean" }
      ? boolean
      : Definition extends { readonly type: "enum"; readonly values: readonly (infer Value)[] }
        ? Value
        : Definition extends { readonly type: "list" }
          ? readonly string[]
          : never;

/**
 * Reads parameters against their definitions and fills in defaults. A text is accepted for every type whose value it
 * spells (`8080`, `true`, `a,b`), because the command line has nothing but texts. All mistakes are reported.
 */
export function readParameters(
  definitions: ParameterDefinitions,
  given: GivenParameters,
): Diagnosed<Readonly<Record<string, ParameterValue>>> {
  const names = Object.keys(definitions);
  const diagnostics = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => unknownParameter(name, names));
  const values: [string, ParameterValue][] = [];
  for (const [name, definition] of Object.entries(definitions)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = text === undefined ? definition.default : readValue(definition, text);
    if (value !== undefined) values.push([name, value]);
    else if (text === undefined) diagnostics.push(missing(name, definition));
    else diagnostics.push(wrong(name, definition, text));
  }
  return diagnostics.length > 0
    ? { diagnostics }
    : { value: Object.fromEntries(values), diagnostics };
}

function readValue(definition: ParameterDefinition, given: Json): ParameterValue | undefined {
  switch (definition.type) {
    case "string":
      return typeof given === "string" ? given : undefined;
    case "number":
      return readNumber(given);
    case "boolean":
      return readBoolean(given);
    case "enum":
      return definition.values.find((value) => value === given);
    case "list":
      return readList(given);
    default:
      return undefined;
  }
}

function readNumber(given: Json): number | undefined {
  if (typeof given !== "number" && typeof given !== "string") return undefined;
  if (typeof given === "string" && given.trim() === "") return undefined;
  const value = Number(given);
  return Number.isFinite(value) && isExactNumber(value) ? value : undefined;
}

function readBoolean(given: Json): boolean | undefined {
  if (typeof given === "boolean") return given;
  return given === "true" ? true : given === "false" ? false : undefined;
}

function readList(given: Json): readonly string[] | undefined {
  if (typeof given === "string") return given === "" ? [] : given.split(",");
  if (!Array.isArray(given)) return undefined;
  const texts = given.filter((entry: unknown) => typeof entry === "string");
  return texts.length === given.length ? texts : undefined;
}

function unknownParameter(name: string, names: readonly string[]): Diagnostic {
  const hint = names.length === 0 ? "The blueprint takes none." : advice(name, names);
  return mistake(name, "Unknown parameter", `There is no parameter "${name}". ${hint}`);
}

function missing(name: string, definition: ParameterDefinition): Diagnostic {
  const about = definition.description === undefined ? "" : ` (${definition.description})`;
  const detail = `"${name}"${about} must be given: ${expected(definition)}.`;
  return mistake(name, "Missing parameter", detail);
}

function wrong(name: string, definition: ParameterDefinition, given: Json): Diagnostic {
  const near =
    definition.type === "enum" && typeof given === "string"
      ? nearest(given, definition.values)
      : undefined;
  const isTooLarge = definition.type === "number" && !isExactNumber(Number(given));
  const size = isTooLarge ? " A whole number beyond 2^53 cannot be kept exactly." : "";
  const hint = near === undefined ? size : ` Did you mean "${near}"?`;
  const detail = `"${name}" must be ${expected(definition)}, but is ${describe(given)}.${hint}`;
  return mistake(name, "Wrong parameter", detail);
}

function expected(definition: ParameterDefinition): string {
  switch (definition.type) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "enum":
      return definition.values.map((value) => `"${value}"`).join(" or ");
    case "list":
      return "a list of texts";
    default:
      return `something of the unknown type ${JSON.stringify(definition)}`;
  }
}

function mistake(name: string, summary: string, detail: string): Diagnostic {
  return { severity: "error", address: `parameter ${name}`, summary, detail };
}
