/** How a piece of a line is meant; a terminal may color it, serial output ignores it. */
export type Tone = "good" | "bad" | "changed" | "added" | "removed" | "strong" | "faint";

/** A piece of a line. Its text is data: writers escape what a terminal would obey before they color anything. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One line of output, without its end. */
export type Line = readonly Span[];

/** A line from pieces; a string is a piece without a tone. */
export function line(...pieces: readonly (Span | string)[]): Line {
  return pieces.map((piece) => (typeof piece === "string" ? { text: piece } : piece));
}

/** A piece with a tone. */
export function toned(tone: Tone, text: string): Span {
  return { text, tone };
}

/** The line further to the right, by `columns` spaces. */
export function indent(columns: number, content: Line): Line {
  return [{ text: " ".repeat(columns) }, ...content];
}

/** The line as plain text: what serial output prints. */
export function plainText(content: Line): string {
  return content.map((span) => escapeControls(span.text)).join("");
}

// C0 but tab, DEL, C1, line and paragraph separators, marks that turn the direction of writing, byte order mark.
const CONTROLS =
  // oxlint-disable-next-line no-control-regex -- this searches for control characters
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const NAMED = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\u001b", "\\e"],
]);

/**
 * The text with everything a terminal would obey made visible: names and contents of files come from anybody, and an
 * escape sequence among them must not move the cursor or hide a line. Tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    return NAMED.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
