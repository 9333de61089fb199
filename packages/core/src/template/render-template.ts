import type { Json } from "../json.ts";
import type { WrittenSecret } from "../secret/written-secret.ts";
import { unreachable } from "../unreachable.ts";
import {
  findValue,
  type Found,
  type Frame,
  frameOf,
  isMapping,
  type TemplateScope,
} from "./find-value.ts";
import type { Template, TemplateMistake, TemplatePart } from "./parse-template.ts";

/** Most characters that one template is rendered to. */
export const MAX_RENDERED_LENGTH = 1_048_576;
/** Most parts that are rendered: lists in lists are a small template and endless work. */
const MAX_STEPS = 1_000_000;
/** So many mistakes of one template are reported. */
const MOST_MISTAKES = 100;

/** What came of a template. */
export interface RenderedTemplate {
  /** A text, or, where a secret was named, a text with references; `undefined` when there are mistakes. */
  readonly value?: string | WrittenSecret;
  readonly mistakes: readonly TemplateMistake[];
  /** A fact was named that is known later only: `value` lacks it. */
  readonly needsFacts: boolean;
}

/** What rendering may still cost; shared by all that is rendered together. */
export interface RenderBudget {
  characters: number;
  steps: number;
}

/** What one template may cost. */
export function oneTemplate(): RenderBudget {
  return { characters: MAX_RENDERED_LENGTH, steps: MAX_STEPS };
}

/**
 * Renders a template. Values are written as they are. A name that is not known is a mistake, also inside of a section that
 * is left out, unless that is about an empty list: it is unknown then what its items would have.
 *
 * Linear in what is rendered, which the budget bounds.
 */
export function renderTemplate(
  { parts }: Template,
  scope: TemplateScope,
  budget: RenderBudget = oneTemplate(),
): RenderedTemplate {
  const rendering: Rendering = {
    scope,
    budget,
    pieces: [],
    mistakes: new Map(),
    needsFacts: false,
  };
  renderParts(parts, frameOf(scope), { rendering, isShown: true });
  const { pieces, needsFacts } = rendering;
  const mistakes = [...rendering.mistakes].map(([offset, detail]) => ({ offset, detail }));
  if (mistakes.length === 0 && budget.characters < 0)
    mistakes.push({ offset: 0, detail: TOO_MUCH });
  if (mistakes.length > 0) return { mistakes, needsFacts };
  return { value: written(pieces), mistakes, needsFacts };
}

/** What a name is worth as data, of the type that it has. */
export function valueOfName(
  { name, offset }: { readonly name: string; readonly offset: number },
  scope: TemplateScope,
): { readonly value: Json } | { readonly mistake: TemplateMistake } {
  const found = findValue(name, frameOf(scope), scope);
  if (found.type === "value") return { value: found.value };
  return { mistake: { offset, detail: lackOf(name, found) } };
}

type Piece = string | { readonly $secret: string };

interface Rendering {
  readonly scope: TemplateScope;
  readonly budget: RenderBudget;
  readonly pieces: Piece[];
  /** By place: what is repeated is said once. */
  readonly mistakes: Map<number, string>;
  needsFacts: boolean;
}

/** `isShown` is false in a section that is left out: its names are checked, and nothing else comes of it. */
interface Place {
  readonly rendering: Rendering;
  readonly isShown: boolean;
}

function renderParts(parts: readonly TemplatePart[], frame: Frame, place: Place): void {
  for (const part of parts) {
    if (!maySpend(place, part.type === "text" ? 0 : part.offset)) return;
    renderPart(part, frame, place);
  }
}

/** Takes one step of the budget; false when there is none left, or enough is wrong. */
function maySpend({ rendering: { budget, mistakes } }: Place, offset: number): boolean {
  budget.steps -= 1;
  if (mistakes.size >= MOST_MISTAKES) return false;
  if (budget.steps >= 0 && budget.characters >= 0) return true;
  if (mistakes.size === 0) mistakes.set(offset, TOO_MUCH);
  return false;
}

const TOO_MUCH =
  "what is rendered is too much: lists inside of lists, or long values again and again";

function renderPart(part: TemplatePart, frame: Frame, place: Place): void {
  if (part.type === "text") return append(part.text, place);
  const { rendering } = place;
  const found = findValue(part.name, frame, rendering.scope);
  if (found.type === "later") rendering.needsFacts = true;
  if (found.type === "unknown") {
    rendering.mistakes.set(part.offset, found.detail);
  } else if (part.type === "section") {
    renderSection(part, found, { frame, place });
  } else if (found.type === "value") {
    appendValue(part, found.value, place);
  } else if (found.type === "none" && place.isShown) {
    rendering.mistakes.set(part.offset, lackOf(part.name, found));
  }
}

function renderSection(
  { inside, isInverted, offset }: Extract<TemplatePart, { readonly type: "section" }>,
  found: Exclude<Found, { readonly type: "unknown" }>,
  { frame, place }: { readonly frame: Frame; readonly place: Place },
): void {
  const leftOut = { ...place, isShown: false };
  if (found.type === "later") {
    renderParts(inside, isInverted ? frame : { value: "", outer: frame }, leftOut);
    return;
  }
  const value = found.type === "none" ? false : found.value;
  const isTrue = !isFalse(value);
  if (isInverted) renderParts(inside, frame, isTrue ? leftOut : place);
  else if (!isList(value)) {
    renderParts(inside, { value, outer: frame }, isTrue ? place : leftOut);
  } else {
    for (const item of value) {
      if (!maySpend(place, offset)) return;
      renderParts(inside, { value: item, outer: frame }, place);
    }
  }
}

/** As the engine has it: false, 0, nothing, an empty text and an empty list. */
function isFalse(value: Json): boolean {
  return isList(value) ? value.length === 0 : !value;
}

function appendValue(
  { name, offset }: { readonly name: string; readonly offset: number },
  value: Json,
  place: Place,
): void {
  const refuse = (detail: string) => place.rendering.mistakes.set(offset, detail);
  if (value === null) refuse(`${name} is empty (null): give it a value`);
  else if (isList(value)) {
    refuse(`${name} is a list: write {{#${name}}} … {{/${name}}} around what each item becomes`);
  } else if (isMapping(value)) {
    const [field = "field"] = Object.keys(value);
    refuse(`${name} is a mapping: name a field of it, such as ${name}.${field}`);
  } else if (typeof value === "object") {
    const secret = value as WrittenSecret;
    for (const piece of "$secret" in secret ? [secret] : secret.$concat) append(piece, place);
  } else append(String(value), place);
}

function append(piece: Piece, { rendering, isShown }: Place): void {
  if (!isShown) return;
  const { pieces, budget } = rendering;
  budget.characters -= typeof piece === "string" ? piece.length : 1;
  if (budget.characters < 0) return;
  pieces.push(piece);
}

function lackOf(name: string, found: Exclude<Found, { readonly type: "value" }>): string {
  switch (found.type) {
    case "unknown":
      return found.detail;
    case "none":
      return `this machine has no ${name}: write {{#${name}}} … {{/${name}}} around what needs it`;
    case "later":
      return `${name} is not known here.`;
    default:
      return unreachable(found);
  }
}

/** Texts that follow each other become one. */
function written(pieces: readonly Piece[]): string | WrittenSecret {
  const joined: Piece[] = [];
  let texts: string[] = [];
  const flush = () => {
    if (texts.length > 0) joined.push(texts.join(""));
    texts = [];
  };
  for (const piece of pieces) {
    if (typeof piece === "string") texts.push(piece);
    else {
      flush();
      joined.push(piece);
    }
  }
  flush();
  const [first = "", second] = joined;
  return second === undefined ? first : { $concat: joined };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
