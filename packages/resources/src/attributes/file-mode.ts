import * as z from "zod/mini";

/** The 12 permission bits. */
export const MODE_BITS = 0o7777;

/** What an author writes for a mode: octal digits in a string, `"0644"`, `"644"` or `"4755"`. */
export const modeSchema = z
  .string({ error: (issue) => explainMode(issue.input) })
  .check(
    z.regex(/^0?[0-7]{3,4}$/, 'write three or four octal digits in quotes, e.g. "0644"'),
    z.describe('Permission bits as an octal string, e.g. "0644".'),
  );

/** The bits of a mode the schema accepted. */
export function parseMode(text: string): number {
  return Number.parseInt(text, 8) & MODE_BITS;
}

/** Four octal digits: the one way a mode is shown and compared. */
export function formatMode(mode: number): string {
  return (mode & MODE_BITS).toString(8).padStart(4, "0");
}

/** True when everyone on the machine may read a file of this mode. */
export function isWorldReadable(mode: number): boolean {
  return (mode & 0o004) !== 0;
}

/** Says what to write instead of a number, both as its digits read and as its value reads. */
function explainMode(input: unknown): string | undefined {
  if (typeof input !== "number") return undefined;
  const digits = String(input);
  const isValue = Number.isInteger(input) && input >= 0 && input <= MODE_BITS;
  const value = isValue ? formatMode(input) : "0644";
  if (!/^[0-7]{3,4}$/.test(digits)) return `a mode is an octal string: write "${value}"`;
  return (
    `a mode is an octal string: write "${digits.padStart(4, "0")}"` +
    (isValue ? ` (or "${value}" if ${digits} was meant as a decimal number)` : "")
  );
}
