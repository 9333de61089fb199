/** Where a field is in its line. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The fields of a line that blanks and tabs keep apart. */
export function splitFields(text: string): readonly string[] {
  return spansOf(text).map(({ start, end }) => text.slice(start, end));
}

/**
 * The line with other fields: each stays where it is, the spaces around it too. Fields that are new go behind the last
 * one, and those that are no more leave with the spaces before them.
 */
export function replaceFields(text: string, fields: readonly string[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [position, { start, end }] of spansOf(text).entries()) {
    const field = fields[position];
    if (field !== undefined) parts.push(text.slice(at, start), field);
    at = end;
  }
  const added = fields.slice(spansOf(text).length).map((field) => ` ${field}`);
  return [...parts, ...added, text.slice(at)].join("");
}

/** By one walk: an expression for spaces before a field takes the square of the time where no field follows. */
function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const start = endOf(text, at, true);
    at = endOf(text, start, false);
    if (at > start) spans.push({ start, end: at });
  }
  return spans;
}

/** The end of the run of spaces, or of other characters, that begins at `at`. */
function endOf(text: string, at: number, isOfSpaces: boolean): number {
  let end = at;
  while (end < text.length && " \t\r".includes(text.charAt(end)) === isOfSpaces) end += 1;
  return end;
}
