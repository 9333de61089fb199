import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { expandGlob, type Fragment } from "./glob.ts";
import type { Scope } from "./scope.ts";
import type { Part, Script, Term, Word } from "./syntax.ts";

/** What expansions need of the shell. */
export interface Expansion {
  readonly scope: Scope;
  /** Runs a substitution; its output as it is. */
  substitute(script: Script): ByteText;
  /** A parameter that is not set, under `set -u`. */
  unset(name: string): never;
}

/** The arguments that words become: expanded, split, and globbed. */
export function expandWords(words: readonly Word[], expansion: Expansion): ByteText[] {
  return words.flatMap((word) => {
    const fields = new Fields();
    addParts(word, fields, expansion);
    return fields.all.flatMap((field) => expandGlob(field, expansion.scope.disk));
  });
}

/** The one text that the value of an assignment becomes: neither split nor globbed. */
export function expandValue(word: Word, expansion: Expansion): ByteText {
  return word.map((part) => joined(part, expansion)).join("");
}

/** The target of a redirection. @throws NotUnderstood where shells disagree whether it is split and globbed. */
export function expandTarget(word: Word, expansion: Expansion): ByteText {
  const fields = new Fields();
  addParts(word, fields, expansion);
  const [field, ...others] = fields.all;
  const isGlob = field?.some(({ text, isQuoted }) => !isQuoted && /[*?[]/.test(text)) === true;
  if (field === undefined || others.length > 0 || isGlob)
    throw new NotUnderstood("a redirection to other than one file");
  return field.map(({ text }) => text).join("");
}

/** Grows fields out of what parts become. */
class Fields {
  readonly all: Fragment[][] = [];
  #isOpen = false;

  add(fragment: Fragment): void {
    if (this.#isOpen) this.all.at(-1)?.push(fragment);
    else this.all.push([fragment]);
    this.#isOpen = true;
  }

  end(): void {
    this.#isOpen = false;
  }

  /** Unquoted: white space separates. */
  addSplit(text: ByteText): void {
    for (const piece of text.match(/[ \t\n]+|[^ \t\n]+/g) ?? []) {
      if (/^[ \t\n]/.test(piece)) this.end();
      else this.add({ text: piece, isQuoted: false });
    }
  }
}

function addParts(word: Word, fields: Fields, expansion: Expansion): void {
  for (const part of word) addPart(part, fields, expansion);
}

function addPart(part: Part, fields: Fields, expansion: Expansion): void {
  const { isQuoted } = part;
  if (part.type === "text") {
    fields.add({ text: part.text, isQuoted });
    return;
  }
  const fallback = fallbackOf(part, expansion);
  if (fallback !== undefined && !isQuoted) {
    addFallback(fallback, fields, expansion);
    return;
  }
  const isList = part.type === "parameter" && (part.name === "@" || part.name === "*");
  if (isList && !(isQuoted && part.name === "*")) {
    addPositional(part, fields, expansion.scope.positional);
    return;
  }
  const text = joined(part, expansion);
  if (isQuoted) fields.add({ text, isQuoted });
  else fields.addSplit(text);
}

/** Also the literal text of a fallback is split. */
function addFallback(word: Word, fields: Fields, expansion: Expansion): void {
  for (const part of word) {
    if (part.type === "text" && !part.isQuoted) fields.addSplit(part.text);
    else addPart(part, fields, expansion);
  }
}

function addPositional(part: Part, fields: Fields, positional: readonly ByteText[]): void {
  for (const [at, text] of positional.entries()) {
    if (at > 0) fields.end();
    if (part.isQuoted) fields.add({ text, isQuoted: true });
    else fields.addSplit(text);
  }
}

function joined(part: Part, expansion: Expansion): ByteText {
  const { scope } = expansion;
  switch (part.type) {
    case "text":
      return part.text;
    case "home":
      return homeOf(scope);
    case "substitution":
      return expansion.substitute(part.script).replaceAll("\0", "").replace(/\n+$/, "");
    case "sum":
      return sumOf(part.terms, scope);
    default: {
      const fallback = fallbackOf(part, expansion);
      if (fallback !== undefined) return expandValue(fallback, expansion);
      const value = valueOf(part.name, scope);
      if (value === undefined && part.fallback === undefined && scope.isNounset)
        expansion.unset(part.name);
      return part.fallback?.operator.endsWith("+") === true ? "" : (value ?? "");
    }
  }
}

/** The word that stands in for a parameter, if it does. */
function fallbackOf(part: Part, { scope }: Expansion): Word | undefined {
  if (part.type !== "parameter" || part.fallback === undefined) return undefined;
  const { operator, word } = part.fallback;
  const value = valueOf(part.name, scope);
  const isMissing = value === undefined || (operator.startsWith(":") && value === "");
  return isMissing === operator.endsWith("-") ? word : undefined;
}

function valueOf(
  name: string,
  { variables, positional, status, name: zero }: Scope,
): ByteText | undefined {
  if (name === "?") return String(status);
  if (name === "#") return String(positional.length);
  if (name === "0") return zero;
  if (name === "@" || name === "*") return positional.join(" ");
  if (/^\d+$/.test(name)) return positional[Number(name) - 1];
  return variables.get(name);
}

function homeOf({ variables }: Scope): ByteText {
  const home = variables.get("HOME");
  if (home === undefined || home === "") throw new NotUnderstood("~ without HOME");
  return home;
}

function sumOf(terms: readonly Term[], scope: Scope): ByteText {
  let sum = 0;
  for (const { sign, operand } of terms) {
    const isName = !/^\d/.test(operand);
    const value = isName ? scope.variables.get(operand) : operand;
    // Shells disagree whether that is a mistake.
    if (value === undefined && scope.isNounset)
      throw new NotUnderstood(`$((${operand})), not set under set -u`);
    const digits = value ?? "0";
    if (!/^-?(?:0|[1-9]\d{0,11})$/.test(digits)) throw new NotUnderstood(`the number ${digits}`);
    sum += sign * Number(digits);
  }
  return String(sum);
}
