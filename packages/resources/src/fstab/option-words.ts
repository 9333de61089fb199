import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";

const WORD = /(?:[^,"]|"[^"]*")+/g;

/** Options as an author writes them: a list, or words joined by commas. */
export const optionsSchema = z.optional(
  z
    .union([z.string(), z.array(z.string())])
    .check(
      z.describe('Options: a list, or a text such as "noatime,nofail". Left out: not managed.'),
    ),
);

/** The words of options, each checked. */
export function bindOptions(
  written: string | readonly string[] | undefined,
  report: BindReport,
): readonly string[] | undefined {
  if (written === undefined) return undefined;
  const words = typeof written === "string" ? (written.match(WORD) ?? []) : written;
  for (const word of words) {
    const isOne = word.match(WORD)?.[0] === word;
    if (!isOne || /\p{Cc}/u.test(word) || word.startsWith("-")) {
      const detail = `"${word}" is not one option: write one word, such as noatime or size=64m`;
      report("options", "not an option", detail);
    } else if (isPassword(word)) {
      const detail = "everybody can read fstab: write credentials=FILE, and declare that file";
      report("options", "a password for everybody to read", detail);
    }
  }
  return words;
}

/** Options as they are shown: a password that somebody has written into fstab is not. */
export function shownWords(options: readonly string[]): string {
  return options
    .map((word) => (isPassword(word) ? `${word.slice(0, word.indexOf("="))}=‹secret›` : word))
    .join(",");
}

function isPassword(word: string): boolean {
  return /^(?:pass|passwd|password\d?)=./.test(word);
}
