import { lineOf, type Repository, type SourceFile } from "../repository.ts";
import type { Rule, Violation } from "../rule.ts";
import type { Comment } from "../syntax.ts";

/** Folders whose prose keeps to the words; a folder joins them when its prose does. */
const FOLDERS = ["apps/", "bench/", "docs/", "examples/", "packages/", "scripts/", "test/"];

/** Words that stop a reader who is no native speaker, and what to write instead. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\btold\b/gi, "reported, published, noticed, informed"],
  [/\buntold\b/gi, "unknown"],
  [/\bunheard\b/gi, "unnoticed"],
  [/\btrials?\b/gi, "test, test run"],
  [/\brehears\w*/gi, "test run, dry run"],
  [/\bdeeds?\b/gi, "operation"],
  [/\bstatutes?\b/gi, "law"],
  [/\blook(?:s|ed)?\s+at\b/gi, "observe, read, check"],
  [/\bwithout\s+a\s+word\b/gi, "silently"],
];

/** Comments and pages use plain words. Names have their own rule (`identifiers`). */
export const proseWords: Rule = {
  name: "comments and pages use plain words",
  check: (repository) => [...commentsIn(repository), ...pagesIn(repository)],
};

function commentsIn({ files }: Repository): readonly Violation[] {
  return files
    .filter(({ path }) => isCovered(path))
    .flatMap((file) => file.comments.flatMap((comment) => checkComment(file, comment)));
}

/** The marks at the begin of a comment's lines are blanked, so that a phrase may go over the end of a line. */
function checkComment(file: SourceFile, { value, start }: Comment): readonly Violation[] {
  const text = value.replaceAll(/^[ \t]*\*/gm, blank);
  return checkText(file.path, withoutQuotes(text), lineOf(file, start));
}

function pagesIn({ texts }: Repository): readonly Violation[] {
  return [...texts]
    .filter(([path]) => path.endsWith(".md") && isCovered(path))
    .flatMap(([path, text]) => checkText(path, withoutQuotes(text), 1));
}

/** Quoted programs and output of commands are no prose: they are checked in their own files. */
function withoutQuotes(prose: string): string {
  return prose.replaceAll(/^(```+)[^]*?^\1$/gm, blank).replaceAll(/`[^`\n]*`/g, blank);
}

/** As many blanks, on as many lines. */
function blank(quote: string): string {
  return quote.replaceAll(/[^\n]/g, " ");
}

/** The words in a text whose first line is `firstLine`. */
function checkText(path: string, text: string, firstLine: number): readonly Violation[] {
  return WORDS.flatMap(([word, instead]) =>
    [...text.matchAll(word)].map(({ index, 0: found }) => ({
      path,
      line: firstLine + text.slice(0, index).split("\n").length - 1,
      message: `"${found.replaceAll(/\s+/g, " ")}": write ${instead}`,
    })),
  );
}

function isCovered(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder));
}
