import { Fault } from "@holdfast/core";

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROLS = /[\u0000-\u001f\u007f]/;

/**
 * A word as a unit's command line wants it: in double quotes, with nothing left that systemd would expand.
 * @throws {Fault} InputInvalid, for a word with control characters, which no line of a unit can hold.
 */
export function quoteWord(word: string): string {
  if (!CONTROLS.test(word)) {
    return `"${word.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll("%", "%%")}"`;
  }
  throw new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(word)} cannot be in a unit: it has control characters`,
    resolution: "Use a path without line breaks, tabs and other control characters.",
  });
}
