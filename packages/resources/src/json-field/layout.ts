import { isJsonObject, type Json } from "@holdfast/core";

/** Matches where a line ends. */
export const LINE_BREAK = /\r\n|\r|\n/;

/** How new parts of a text are written, so that they look like their surroundings. */
export type Layout =
  /** Each field and element on a line of its own. */
  | {
      readonly type: "lines";
      readonly lineBreak: string;
      /** White space that one more level adds. */
      readonly unit: string;
      /** White space before the line that the value begins on. */
      readonly indent: string;
    }
  /** `space` goes behind colons and commas. */
  | { readonly type: "line"; readonly space: string };

/** The layout of a value that begins at an offset, spread over lines as the text does it. */
export function linesAt(text: string, offset: number): Layout {
  const lineBreak = LINE_BREAK.exec(text)?.[0] ?? "\n";
  return { type: "lines", lineBreak, unit: unitOf(text), indent: indentAt(text, offset) };
}

/** Writes a value in a layout. The first line begins where it is put. */
export function writeValue(value: Json, layout: Layout): string {
  if (layout.type === "line") return inOneLine(value, layout.space);
  const { lineBreak, unit, indent } = layout;
  return JSON.stringify(value, undefined, unit).replaceAll("\n", lineBreak + indent);
}

/** The white space that the line of an offset begins with, as far as it lies before the offset. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** Whether nothing but white space is before an offset in its line. */
export function beginsLine(text: string, offset: number): boolean {
  const start = lineStart(text, offset);
  return start > 0 && text.slice(start, offset).trim() === "";
}

/** The smallest indentation of a line that begins with a key or an element; two spaces where there is none. */
function unitOf(text: string): string {
  const indents = [...text.matchAll(/^[ \t]+(?=["{[])/gm)].map(([indent]) => indent);
  return indents.reduce(
    (least, each) => (each.length < least.length ? each : least),
    indents[0] ?? "  ",
  );
}

function inOneLine(value: Json, space: string): string {
  if (Array.isArray(value)) {
    return `[${value.map((each: Json) => inOneLine(each, space)).join(`,${space}`)}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : [`${JSON.stringify(key)}:${space}${inOneLine(inner, space)}`],
  );
  return `{${fields.join(`,${space}`)}}`;
}
