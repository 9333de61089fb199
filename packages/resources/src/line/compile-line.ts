import { readableText } from "../byte-text.ts";
import { refuseTooMuch, type TextPattern } from "../pattern/text-pattern.ts";
import type { LineSpec } from "./spec.ts";

/** Whether a line, as a byte string, matches. */
export type LineTest = (line: string) => boolean;

/**
 * A spec with patterns that can be tried on the lines of a file of this size.
 * @throws {Fault} ContentTooLarge, when there is too much for one of them.
 */
export async function compileLine(spec: LineSpec, sizeBytes: number): Promise<LineSpec<LineTest>> {
  const { path, edit } = spec;
  const compile = async (pattern: TextPattern | undefined): Promise<LineTest | undefined> => {
    if (pattern === undefined) return undefined;
    refuseTooMuch(pattern, { path, sizeBytes });
    const matches = await pattern.compile();
    return (line) => matches(readableText(line));
  };
  const [after, before] = [await compile(edit.after), await compile(edit.before)];
  const insertion = { ...(after && { after }), ...(before && { before }) };
  if (edit.type === "block") {
    const { type, marker, begin, end, lines } = edit;
    return { ...spec, edit: { type, marker, begin, end, lines, ...insertion } };
  }
  const match = await compile(edit.match);
  const { type, text } = edit;
  const line = { type, ...(text === undefined ? {} : { text }), ...(match && { match }) };
  return { ...spec, edit: { ...line, ...insertion } };
}
