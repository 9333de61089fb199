import { type BindReport, Fault } from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import { repeatsRepetition } from "./repetition.ts";

/** Longest line a pattern is tried on: some patterns take time that grows much faster than the line. */
export const MAX_MATCHED_CHARACTERS = 4096;

/** Finds lines. Holds no position: the same question has the same answer. */
export interface LinePattern {
  readonly source: string;
  /**
   * Whether a line, as a byte string, matches.
   * @throws {Fault} ContentTooLarge, for a line of more than 4,096 bytes.
   */
  matches(line: string): boolean;
}

/** Makes a pattern of the source of a JavaScript regular expression, or reports why it is none. */
export function bindPattern(
  source: string | undefined,
  field: string,
  report: BindReport,
): LinePattern | undefined {
  if (source === undefined) return undefined;
  if (repeatsRepetition(source)) {
    const detail = `"${source}" repeats a repetition: on some lines that takes for ever; write only one of the two`;
    report(field, "a pattern that may never end", detail);
    return undefined;
  }
  try {
    return patternOf(new RegExp(source));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(field, "not a regular expression", error.message);
    return undefined;
  }
}

function patternOf(expression: RegExp): LinePattern {
  return {
    source: expression.source,
    matches(line) {
      if (line.length > MAX_MATCHED_CHARACTERS) throw tooLong(line.length);
      return expression.test(readableText(line));
    },
  };
}

function tooLong(length: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `a line has ${length} bytes; patterns are tried on at most ${MAX_MATCHED_CHARACTERS}`,
    resolution: "Shorten that line, or declare the whole file.",
  });
}
