import type { Json } from "@holdfast/core";
import type { Edit, Node } from "jsonc-parser";
import { endOf, propertiesOf } from "./json-value.ts";
import { type Layout, LINE_BREAK, linesAt, writeValue } from "./layout.ts";
import { isComment, tokensFrom } from "./token.ts";

/** The edits that add a field behind the last one of an object; a comment in the line of the last one stays with it. */
export function insertField(text: string, object: Node, key: string, value: Json): readonly Edit[] {
  const last = propertiesOf(object).at(-1);
  if (last === undefined) return [fillEmpty(text, object, key, value)];
  const tail = tailBehind(text, endOf(last.value));
  const isSpread = tail.needsBreak || LINE_BREAK.test(gapBefore(text, object));
  const space = /:\s/.test(text.slice(last.offset, last.value.offset + 1)) ? " " : "";
  const layout: Layout = isSpread ? linesAt(text, last.offset) : { type: "line", space };
  const lead =
    layout.type === "lines" ? layout.lineBreak + layout.indent : leadOf(text, object, space);
  const field = `${JSON.stringify(key)}:${space}${writeValue(value, layout)}`;
  if (tail.hasComma) return [insert(tail.end, `${lead}${field},`)];
  const comma = endOf(last.value);
  if (comma === tail.end) return [insert(comma, `,${lead}${field}`)];
  return [insert(comma, ","), insert(tail.end, `${lead}${field}`)];
}

/** What follows the last field of an object and belongs to it. */
interface Tail {
  /** Behind the closing comma and the comments in the same line. */
  readonly end: number;
  readonly hasComma: boolean;
  /** It ends in a comment that only the end of the line ends. */
  readonly needsBreak: boolean;
}

function tailBehind(text: string, valueEnd: number): Tail {
  let tail: Tail = { end: valueEnd, hasComma: false, needsBreak: false };
  let isSameLine = true;
  for (const token of tokensFrom(text, valueEnd)) {
    if (token.type === "close") break;
    if (token.type === "break") isSameLine = false;
    if (token.type === "comma") {
      tail = { end: token.end, hasComma: true, needsBreak: false };
      isSameLine = true;
    }
    if (isComment(token) && isSameLine) {
      tail = { ...tail, end: token.end, needsBreak: token.type === "line-comment" };
    }
  }
  return tail;
}

/** What is between the last field of an object and the one before it, or the brace. */
function gapBefore(text: string, object: Node): string {
  const [last, previous] = propertiesOf(object).toReversed();
  const start = previous === undefined ? object.offset + 1 : endOf(previous.value);
  return text.slice(start, last?.offset);
}

/** What goes between a comma and a field in the same line. */
function leadOf(text: string, object: Node, space: string): string {
  const spaces = /^,([ \t]*)$/.exec(gapBefore(text, object))?.[1];
  return spaces ?? space;
}

function fillEmpty(text: string, object: Node, key: string, value: Json): Edit {
  const close = endOf(object) - 1;
  const begin = endOfComments(text, object.offset + 1);
  const isSpread = object.parent === undefined || LINE_BREAK.test(text.trim());
  if (!isSpread) {
    const space = /":\s/.test(text) ? " " : "";
    const field = writeValue(Object.fromEntries([[key, value]]), { type: "line", space });
    return insert(begin, field.slice(1, -1));
  }
  const outer = linesAt(text, object.offset);
  const written = writeValue(Object.fromEntries([[key, value]]), outer);
  // Without its braces, which are there: the line breaks inside of them come along.
  return { offset: begin, length: close - begin, content: written.slice(1, -1) };
}

/** Where the comments in an object without fields end. */
function endOfComments(text: string, begin: number): number {
  let end = begin;
  for (const token of tokensFrom(text, begin)) {
    if (token.type === "close") break;
    if (isComment(token)) end = token.end;
  }
  return end;
}

function insert(offset: number, content: string): Edit {
  return { offset, length: 0, content };
}
