import { EVENT_ID, type Event } from "js-yaml";
import type { ParsedText } from "./parsed-text.ts";

/** The longest name in braces that a hint repeats. */
const MOST_NAME_CHARACTERS = 60;

/** A mapping that is being read has a key next, and then its value, by turns; other collections have no keys. */
interface Frame {
  readonly isMapping: boolean;
  isKeyNext: boolean;
}

/**
 * What is wrong with a text in which a field is named by a mapping or a list, which YAML allows and nothing here has. Nearly
 * always it is `{{name}}` without quotes. `undefined`: there is no such field.
 */
export function complexKeyFailure(text: string, events: readonly Event[]): ParsedText["failure"] {
  const offset = complexKeyOffset(events);
  if (offset === undefined) return undefined;
  const around = text.slice(Math.max(0, offset - 1), offset + MOST_NAME_CHARACTERS);
  const braces = /^\{\{[^{}\n]*\}\}/.exec(around)?.[0];
  if (braces === undefined) {
    return { reason: "a mapping or a list cannot be the name of a field", offset };
  }
  return inQuotes(braces, offset - 1);
}

/**
 * The same of `{{name}}` with more of the value behind it, which ends what YAML takes for a mapping: `failedAt` is there.
 * `undefined`: the line says something else.
 */
export function bracesFailure(text: string, failedAt: number): ParsedText["failure"] {
  const lineStart = text.lastIndexOf("\n", failedAt - 1) + 1;
  const from = Math.max(lineStart, failedAt - MOST_NAME_CHARACTERS);
  const [, braces = ""] = VALUE_IN_BRACES.exec(text.slice(from, failedAt)) ?? [];
  if (braces === "") return undefined;
  const [rest = ""] =
    REST_OF_VALUE.exec(text.slice(failedAt, failedAt + MOST_NAME_CHARACTERS)) ?? [];
  return inQuotes(`${braces}${rest}`.trimEnd(), failedAt - braces.length);
}

/** A value that begins with a name in braces, up to its end. */
const VALUE_IN_BRACES = /[:,[-]\s+(\{\{[^{}\n]*\}\}\s*)$/;
/** What may follow in the same value, further names included. */
const REST_OF_VALUE = /^(?:\{\{[^{}\n]*\}\}|[^{}\n,\]#])*/;

function inQuotes(value: string, offset: number): NonNullable<ParsedText["failure"]> {
  const reason = `braces at the begin of a value are a mapping to YAML: put the value in quotes, as in "${value}"`;
  return { reason, offset };
}

/** Where the first such name begins. O(events). */
function complexKeyOffset(events: readonly Event[]): number | undefined {
  const frames: Frame[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      frames.pop();
      continue;
    }
    const isMapping = event.type === EVENT_ID.MAPPING;
    const isCollection = isMapping || event.type === EVENT_ID.SEQUENCE;
    const frame = frames.at(-1);
    if (isCollection && frame?.isMapping === true && frame.isKeyNext) return event.start;
    if (frame !== undefined) frame.isKeyNext = !frame.isKeyNext;
    if (isCollection || event.type === EVENT_ID.DOCUMENT)
      frames.push({ isMapping, isKeyNext: true });
  }
  return undefined;
}
