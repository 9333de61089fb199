import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from "js-yaml";
import { bracesFailure, complexKeyFailure } from "./complex-key.ts";
import type { ParsedText } from "./parsed-text.ts";
import { MANIFEST_YAML } from "./yaml-values.ts";

/** At most this many aliases in a document, and this many values once they are replaced by what they stand for. */
const MAX_ALIASES = 10_000;
const MAX_EXPANDED = 1_000_000;
/** Most places of a text at which a value may begin: some 200,000 resources on several lines each, which take 800 MB. */
const MAX_BREAKS = 2_500_000;

/** Reads every document of a YAML text. */
export function parseYaml(text: string): ParsedText {
  if (countBreaks(text) > MAX_BREAKS) {
    const reason = `it may hold more than ${MAX_BREAKS} values, which is more than is read of one file; write several`;
    return { values: [], failure: { reason } };
  }
  try {
    const events = parseEvents(text, {});
    const failure = complexKeyFailure(text, events);
    if (failure !== undefined) return { values: [], failure };
    const parsed = construct(text, events);
    const hasAliases = events.some((event) => event.type === EVENT_ID.ALIAS);
    return hasAliases ? withinBounds(parsed) : parsed;
  } catch (error) {
    if (error instanceof YAMLException) return { values: [], failure: failureOf(error, text) };
    throw error;
  }
}

/** A field written twice does not keep the rest from being checked: the last one stands in. */
function construct(text: string, events: Event[]): ParsedText {
  const options = { source: text, schema: MANIFEST_YAML, maxAliases: MAX_ALIASES };
  try {
    return { values: constructFromEvents(events, options) };
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== "duplicated mapping key") throw error;
    return { values: constructFromEvents(events, { ...options, json: true }), hasDuplicates: true };
  }
}

function failureOf(error: YAMLException, text: string): NonNullable<ParsedText["failure"]> {
  const { reason, mark } = error;
  if (mark === undefined) return { reason };
  return bracesFailure(text, mark.position) ?? { reason, offset: mark.position };
}

/** Ten aliases of ten aliases of ten … is a small file and an endless value; so is an alias of what it stands in. */
function withinBounds(parsed: ParsedText): ParsedText {
  const sizes = new Map<object, number>();
  for (const value of parsed.values) {
    const size = expandedSize(value, sizes);
    if (size > MAX_EXPANDED) {
      const reason = `the aliases stand for too much: at most ${MAX_EXPANDED} values, none in itself`;
      return { values: [], failure: { reason } };
    }
  }
  return parsed;
}

/** How many values there are with every alias replaced; infinite for one that contains itself. O(written values). */
function expandedSize(value: unknown, sizes: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  sizes.set(value, Infinity);
  let size = 1;
  for (const inner of Object.values(value)) size += expandedSize(inner, sizes);
  sizes.set(value, size);
  return size;
}

/** No value begins but at the start, behind one of these, or in one line with what does. */
function countBreaks(text: string): number {
  let breaks = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === NEWLINE || code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) {
      breaks += 1;
    }
  }
  return breaks;
}

const NEWLINE = 10;
const COMMA = 44;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;
