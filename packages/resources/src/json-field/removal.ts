import type { Edit, Node } from "jsonc-parser";
import { endOf, propertiesOf } from "./json-value.ts";
import { beginsLine, lineStart } from "./layout.ts";
import { type Token, tokensFrom } from "./token.ts";

/**
 * The edits that take a field out of an object: the field, the comma that is then too much, and the white space that
 * stood for it alone. Comments stay, also those about the field: who wrote them may still want them.
 */
export function removeField(text: string, object: Node, value: Node): readonly Edit[] {
  const properties = propertiesOf(object);
  const at = properties.findIndex((property) => property.value === value);
  const property = properties[at];
  if (property === undefined) return [];
  const field = { offset: property.offset, end: endOf(value) };
  const previous = properties[at - 1];
  const comma =
    commaBehind(text, field.end) ??
    (previous === undefined ? undefined : commaBehind(text, endOf(previous.value)));
  const ranges =
    comma === undefined ? [{ ...field, isField: true } as const] : joined(text, field, comma);
  return ranges.map((range) => {
    const { offset, end } = range.isField ? widened(text, range) : range;
    return { offset, length: end - offset, content: "" };
  });
}

interface Range {
  readonly offset: number;
  readonly end: number;
  readonly isField?: true;
}

/** The comma before the next field or the closing brace. */
function commaBehind(text: string, end: number): Token | undefined {
  for (const token of tokensFrom(text, end)) {
    if (token.type === "comma") return token;
    if (token.type === "close") return undefined;
  }
  return undefined;
}

/** The field and its comma, as one range where only spaces are between them. */
function joined(text: string, field: Range, comma: Range): readonly Range[] {
  const [first, second] = comma.offset < field.offset ? [comma, field] : [field, comma];
  if (/^[ \t]*$/.test(text.slice(first.end, second.offset))) {
    return [{ offset: first.offset, end: second.end, isField: true }];
  }
  return [comma, { ...field, isField: true }];
}

/** With the whole line where nothing else is in it, else with the spaces behind. */
function widened(text: string, { offset, end }: Range): Range {
  const rest = /^[ \t]*(?:(\r\n|\r|\n)|$)/.exec(text.slice(end));
  if (rest !== null && beginsLine(text, offset)) {
    return { offset: lineStart(text, offset), end: end + rest[0].length };
  }
  const spaces = /^[ \t]*/.exec(text.slice(end))?.[0] ?? "";
  return { offset, end: end + spaces.length };
}
