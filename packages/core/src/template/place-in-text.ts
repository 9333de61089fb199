import type { TemplateMistake } from "./parse-template.ts";

/** Line and column of a character, both counted from 1. LF, CRLF and CR end a line. */
export function placeInText(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (const ending of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line += 1;
    start = ending.index + ending[0].length;
  }
  return { line, column: offset - start + 1 };
}

/** A mistake in a template as a sentence that begins with its place: `line 3, column 14: there is no "domian".` */
export function mistakeInWords(text: string, { offset, detail }: TemplateMistake): string {
  const { line, column } = placeInText(text, offset);
  return `line ${line}, column ${column}: ${asSentence(detail)}`;
}

/** What is wrong as the end of a sentence. */
export function asSentence(detail: string): string {
  return /[.!?]$/.test(detail) ? detail : `${detail}.`;
}
