import { unreachable } from "../unreachable.ts";

/**
 * Tells whether a text matches a glob over its whole length.
 *
 * `*` stands for any characters but a slash, `**` for any at all, `?` for one that is no slash, `[a-z]` and `[!a-z]` for one
 * of those or none of those, `{one,two}` for either, and a backslash takes the meaning from what follows it. `/**` at the
 * end or before a slash also stands for nothing, so that `/etc/**` matches `/etc`. Anything else stands for itself.
 *
 * It takes the length of the text times that of the glob at most: nothing makes it go back over the text.
 */
export type Glob = (text: string) => boolean;

/** Longest glob, in characters. */
const MAX_LENGTH = 256;
/** Most forms of a glob with every `{one,two}` written out. */
const MAX_FORMS = 64;

/** Makes a glob, or says why it is none: a text that completes "the glob …". */
export function compileGlob(source: string): Glob | { readonly mistake: string } {
  if (source.length > MAX_LENGTH) {
    return { mistake: `has ${source.length} characters; at most ${MAX_LENGTH} are possible` };
  }
  const forms = formsOf(source);
  if (forms === undefined) {
    return { mistake: `stands for more than ${MAX_FORMS} forms; use fewer braces` };
  }
  const matchers = forms.map(matcherOf);
  return (text) => matchers.some((matches) => matches(text));
}

/** Tells whether a text has anything in it that makes it a glob. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** One piece of a glob: a character, one of several, or any number of them, slashes among them only when it `crosses`. */
type Piece =
  | { readonly type: "character"; readonly character: string }
  | { readonly type: "class"; matches(character: string): boolean }
  | { readonly type: "any"; readonly crosses: boolean };

type Form = readonly Piece[];

const TOKEN = /\\.|\/\*\*(?=[/,}]|$)|\*+|\[[!^]?\]?[^\]]*\]|./gsu;

/** Every form that the braces of a glob stand for; `undefined` when there are too many. */
function formsOf(source: string): readonly Form[] | undefined {
  // Of each open brace: the forms before it, and its alternatives that are over.
  const open: { readonly before: readonly Form[]; readonly over: Form[] }[] = [];
  let current: readonly Form[] = [[]];
  for (const [token] of source.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === "{") {
      open.push({ before: current, over: [] });
      current = [[]];
    } else if (inner !== undefined && token === ",") {
      inner.over.push(...current);
      current = [[]];
    } else if (inner !== undefined && token === "}") {
      open.pop();
      current = joined(inner.before, [...inner.over, ...current]);
    } else current = joined(current, alternativesOf(token));
    if (current.length > MAX_FORMS) return undefined;
  }
  return open.length === 0 ? current : formsOf(withoutBraces(source));
}

function joined(before: readonly Form[], alternatives: readonly Form[]): readonly Form[] {
  return before.flatMap((form) => alternatives.map((one) => [...form, ...one]));
}

/** A brace that nothing closes stands for itself. */
function withoutBraces(source: string): string {
  return source.replaceAll(/\\.|[{},]/gs, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** The forms of what is no brace: two of `/**`, else one. */
function alternativesOf(token: string): readonly Form[] {
  if (token.startsWith("/*")) return [[], [{ type: "character", character: "/" }, ANYTHING]];
  return [[pieceOf(token)]];
}

const ANYTHING: Piece = { type: "any", crosses: true };

function pieceOf(token: string): Piece {
  if (token === "?") return { type: "class", matches: (character) => character !== "/" };
  if (token.startsWith("*")) return token.length > 1 ? ANYTHING : { type: "any", crosses: false };
  if (token.length > 1 && token.startsWith("[")) return classOf(token);
  return { type: "character", character: token.startsWith("\\") ? token.slice(1) || token : token };
}

function classOf(token: string): Piece {
  const isNegated = /^\[[!^]/.test(token);
  const members = token.slice(isNegated ? 2 : 1, -1).match(/.-.|./gsu) ?? [];
  const ranges = members.map((member) => {
    const [first = "", , last = first] = Array.from(member);
    return { first, last };
  });
  return {
    type: "class",
    matches(character) {
      const isMember = ranges.some(({ first, last }) => first <= character && character <= last);
      return character !== "/" && isMember !== isNegated;
    },
  };
}

/** Most texts are out of the question by how they begin or end. */
function matcherOf(form: Form): Glob {
  const first = form.findIndex(({ type }) => type !== "character");
  const last = form.findLastIndex(({ type }) => type !== "character");
  const start = literal(first < 0 ? form : form.slice(0, first));
  const end = literal(form.slice(last + 1));
  return (text) => text.startsWith(start) && text.endsWith(end) && matchesForm(form, text);
}

/** The text of pieces that are all characters. */
function literal(form: Form): string {
  return form.map((piece) => (piece.type === "character" ? piece.character : "")).join("");
}

/** Goes once over the text, with every place in the form that it can have led to. */
function matchesForm(form: Form, text: string): boolean {
  const enteredAt = new Int32Array(form.length + 1).fill(-1);
  let position = 0;
  /** A place, and those behind what may stand for nothing. */
  const enter = (first: number, places: number[]): void => {
    for (let place = first; enteredAt[place] !== position; place += 1) {
      enteredAt[place] = position;
      places.push(place);
      if (form[place]?.type !== "any") return;
    }
  };
  let places: number[] = [];
  enter(0, places);
  for (const character of text) {
    position += 1;
    const next: number[] = [];
    for (const place of places) {
      const piece = form[place];
      if (piece !== undefined && takes(piece, character)) {
        enter(piece.type === "any" ? place : place + 1, next);
      }
    }
    if (next.length === 0) return false;
    places = next;
  }
  return enteredAt[form.length] === position;
}

function takes(piece: Piece, character: string): boolean {
  switch (piece.type) {
    case "character":
      return piece.character === character;
    case "class":
      return piece.matches(character);
    case "any":
      return piece.crosses || character !== "/";
    default:
      return unreachable(piece);
  }
}
