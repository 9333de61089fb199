import Mustache from "mustache";

/**
 * A template as data. The engine's parser knows the syntax and which lines vanish; what the parts become is ours to say
 * (`render-template.ts`), because a name that is not known must be an error, and nothing is escaped.
 */
export interface Template {
  readonly text: string;
  readonly parts: readonly TemplatePart[];
}

/** One piece of a template; `offset` counts characters of the template from 0. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string }
  | NamePart
  | {
      readonly type: "section";
      readonly name: string;
      readonly offset: number;
      /** `{{^name}}`: what is inside counts when the value is false or empty. */
      readonly isInverted: boolean;
      readonly inside: readonly TemplatePart[];
    };

/** A name whose value belongs in its place. */
export interface NamePart {
  readonly type: "name";
  readonly name: string;
  readonly offset: number;
  /** The character after it. */
  readonly end: number;
  /** `{{{name}}}` or `{{&name}}`: wanted as text, whatever its type. */
  readonly isText: boolean;
}

/** Something wrong at one place of a template. It quotes names of the template, and never a value. */
export interface TemplateMistake {
  readonly offset: number;
  readonly detail: string;
}

/** A template, or what is wrong with it. */
export type ParsedTemplate =
  | { readonly template: Template }
  | { readonly mistakes: readonly TemplateMistake[] };

/** Longest template, in characters. */
export const MAX_TEMPLATE_LENGTH = 262_144;
/** Sections inside of each other. */
const MAX_DEPTH = 32;
/** From `{{` to `}}`. */
const MAX_TAG_LENGTH = 2_000;
/** Within one tag the engine's parser takes quadratic time for blanks that follow each other. */
const BLANKS = /\s{101}/;

/** Parses a template: names, sections, inverted sections and comments. O(length). */
export function parseTemplate(text: string): ParsedTemplate {
  if (text.length > MAX_TEMPLATE_LENGTH) {
    const detail = `the template has ${text.length} characters; it may have ${MAX_TEMPLATE_LENGTH}`;
    return { mistakes: [{ offset: MAX_TEMPLATE_LENGTH, detail }] };
  }
  const refused = refuseTags(text);
  if (refused !== undefined) return { mistakes: [refused] };
  try {
    // The parser of the module remembers every template it ever saw; this one is let go of.
    const tokens = new Mustache.Writer().parse(text, ["{{", "}}"]) as readonly Token[];
    return partsOf(text, tokens);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { mistakes: [mistakeOfEngine(text, error.message)] };
  }
}

/** As the engine's parser has it: type, value, where it begins and ends, what is inside of a section. */
type Token = readonly [
  type: string,
  value: string,
  start: number,
  end: number,
  inside?: readonly Token[],
];

/** What the parser would take long for, find no place for, or take for another language. */
function refuseTags(text: string): TemplateMistake | undefined {
  let close = 0;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", close)) {
    const end = text[open + 2] === "{" ? "}}}" : "}}";
    close = text.indexOf(end, open + 2);
    if (close < 0) return { offset: open, detail: `the {{ is not closed. ${LITERAL}` };
    if (close - open > MAX_TAG_LENGTH) {
      const detail = `there are more than ${MAX_TAG_LENGTH} characters between {{ and ${end}`;
      return { offset: open, detail };
    }
    const inside = text.slice(open + 2, close);
    if (BLANKS.test(inside)) {
      return { offset: open, detail: `more than 100 blanks follow each other after this {{` };
    }
    if (/^\s*=/.test(inside)) {
      return { offset: open, detail: `{{= … =}} is not taken: {{ and }} cannot be changed` };
    }
    close += end.length;
  }
  return undefined;
}

/** How the two braces themselves are written. */
const LITERAL = 'For the two braces themselves write {{ "{{" }}.';
const LITERAL_NAME = '"{{"';

function mistakeOfEngine(text: string, message: string): TemplateMistake {
  const [, what = message, offset] = /^(.*) at (\d+)$/s.exec(message) ?? [];
  const detail = what
    .replace(/^Unopened section (.*)$/s, "the end of a section $1 that was not begun")
    .replace(/^Unclosed section (.*)$/s, "the section $1 is not ended before this");
  return { offset: Math.min(Number(offset ?? 0), text.length), detail };
}

function partsOf(text: string, tokens: readonly Token[]): ParsedTemplate {
  const mistakes: TemplateMistake[] = [];
  const parts = tokens.flatMap((token) => partOf(token, 1, mistakes));
  return mistakes.length > 0 ? { mistakes } : { template: { text, parts } };
}

function partOf(
  [type, value, offset, end, inside = []]: Token,
  depth: number,
  mistakes: TemplateMistake[],
): readonly TemplatePart[] {
  const refuse = (detail: string): readonly TemplatePart[] => {
    mistakes.push({ offset, detail });
    return [];
  };
  if (type === "text") return [{ type: "text", text: value }];
  if (type === "!") return [];
  if (type === ">") return refuse(`{{>${value}}} is not taken: no template includes another`);
  if (type === "name" && value === LITERAL_NAME) return [{ type: "text", text: "{{" }];
  if (!NAME.test(value)) {
    return refuse(
      `${JSON.stringify(value)} is not a name, such as domain or site.port. ${LITERAL}`,
    );
  }
  if (type !== "#" && type !== "^") {
    return [{ type: "name", name: value, offset, end, isText: type === "&" }];
  }
  if (depth > MAX_DEPTH) return refuse(`more than ${MAX_DEPTH} sections are inside of each other`);
  const parts = inside.flatMap((token) => partOf(token, depth + 1, mistakes));
  return [{ type: "section", name: value, offset, isInverted: type === "^", inside: parts }];
}

/** `.` is the item of the list around it. */
const NAME = /^(?:\.|[A-Za-z_][\w-]*(?:\.[\w-]+)*)$/;
