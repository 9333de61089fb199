import { type FieldPath, formatPath } from "../check/field-path.ts";
import type { Mistake } from "../check/mistake.ts";

/** A mode has twelve bits. */
const MAX_MODE = 0o7777;

/**
 * The octal text of a mode that code wrote as a number: `0o644` becomes `0644`. What cannot be a mode is put into
 * `mistakes`. So is a number such as 644, the decimal way to write 0o1204, which is never meant: from 512 to 777,
 * with no digit above 7, it is a forgotten `0o`.
 */
export function octalMode(mode: number, path: FieldPath, mistakes: Mistake[]): string {
  const octal = mode.toString(8).padStart(4, "0");
  if (!Number.isInteger(mode) || mode < 0 || mode > MAX_MODE) {
    mistakes.push(
      wrongMode(path, `is ${mode}; write an octal number from 0 to 0o7777, e.g. 0o644`),
    );
  } else if (mode >= 512 && mode <= 777 && /^[0-7]{3}$/.test(String(mode))) {
    const remedy = `write 0o${mode}, or "${octal}" if that is really meant`;
    mistakes.push(wrongMode(path, `is the decimal number ${mode}; ${remedy}`));
  }
  return octal;
}

function wrongMode(path: FieldPath, what: string): Mistake {
  return { path, summary: "Wrong mode", detail: `${formatPath(path)} ${what}.` };
}
