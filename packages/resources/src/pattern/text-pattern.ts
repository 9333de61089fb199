import { type BindReport, Fault } from "@holdfast/core";
import { translatePattern } from "./translate-pattern.ts";

/** A regular expression of somebody's, that takes time linear in the text whatever it is. */
export interface TextPattern {
  readonly source: string;
  /** How many characters it can be busy with at once: the time for a text is at most this times its length. */
  readonly steps: number;
  /** Loads what runs it, at the first call. */
  readonly compile: () => Promise<TextTest>;
}

/** Whether a text, or a part of it, matches. Holds no position: the same question has the same answer. */
export type TextTest = (text: string) => boolean;

/** Longest source of a pattern. */
const MAX_LENGTH = 1_000;
/** Most steps of a pattern: `[0-9a-f]{64}` has 64 of them. */
const MAX_STEPS = 200;
/** Most steps for all characters of a text together. It takes a second at worst, and usually a tenth of one. */
const MAX_WORK = 2 ** 25;

const SUMMARY = "a pattern that is not supported";

/** Makes a pattern of the source of a JavaScript regular expression, or reports why it is none. */
export function bindPattern(
  source: string | undefined,
  field: string,
  report: BindReport,
): TextPattern | undefined {
  if (source === undefined) return undefined;
  if (source.length > MAX_LENGTH) {
    report(
      field,
      SUMMARY,
      `it has ${source.length} characters: at most ${MAX_LENGTH} are possible`,
    );
    return undefined;
  }
  const mistake = syntaxMistake(source);
  if (mistake !== undefined) {
    report(field, "not a regular expression", mistake);
    return undefined;
  }
  const translation = translatePattern(source);
  if (translation.type === "refused") {
    report(field, SUMMARY, translation.detail);
    return undefined;
  }
  const { steps } = translation;
  if (steps > MAX_STEPS) {
    const detail = `its repetitions make ${steps} steps of it: at most ${MAX_STEPS} are possible; repeat fewer times`;
    report(field, SUMMARY, detail);
    return undefined;
  }
  return { source, steps, compile: once(() => compile(translation.source)) };
}

/**
 * Refuses a text that is too long for a pattern.
 * @throws {Fault} ContentTooLarge.
 */
export function refuseTooMuch(
  { source, steps }: TextPattern,
  text: { readonly path: string; readonly sizeBytes: number },
): void {
  const maxBytes = Math.floor(MAX_WORK / steps);
  if (text.sizeBytes <= maxBytes) return;
  throw new Fault({
    reason: "ContentTooLarge",
    message: `${text.path} has ${text.sizeBytes} bytes; the pattern ${source} is tried on at most ${maxBytes}`,
    resolution: "Write a pattern with fewer repetitions, or declare the whole file.",
  });
}

/** Loads what runs patterns. A simulated clock calls it first: it would take the loading for a wait of its own. */
export async function loadPatterns(): Promise<void> {
  await import("re2js");
}

/** What JavaScript says against a source; `undefined` when nothing. It is parsed and never run. */
function syntaxMistake(source: string): string | undefined {
  try {
    void new RegExp(source);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** By `find` and not by `test`: that would keep up to 8 MB for each pattern, and at worst takes fifteen times as long. */
async function compile(source: string): Promise<TextTest> {
  const { RE2JS } = await import("re2js");
  const expression = RE2JS.compile(source);
  return (text) => expression.matcher(text).find();
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
