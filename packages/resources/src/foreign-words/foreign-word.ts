/**
 * What a word of another tool is called here: what to write, as YAML of a resource, and a sentence that says more. Either
 * may be empty. `""` stands for a word that is to be left out.
 */
export type ForeignWord = string | readonly [write: string, more: string];

/** Words by the names of their kinds, separated by spaces, and then by the words, likewise. `*` stands for any kind. */
export type ForeignTable = Readonly<Record<string, Readonly<Record<string, ForeignWord>>>>;

/** A row as sentences for a person. */
export function adviceOf(row: ForeignWord): string {
  const [write, more] = typeof row === "string" ? [row, ""] : row;
  const sentences = [...(write === "" ? [] : [`Write ${write}.`]), ...(more === "" ? [] : [more])];
  return sentences.length === 0 ? "Leave it out." : sentences.join(" ");
}

/** The row for a word of a kind; `*` is a kind of its own here. */
export function findWord(table: ForeignTable, kind: string, word: string): ForeignWord | undefined {
  for (const [kinds, rows] of Object.entries(table)) {
    if (!kinds.split(" ").includes(kind)) continue;
    for (const [words, row] of Object.entries(rows)) {
      if (words.split(" ").includes(word)) return row;
    }
  }
  return undefined;
}
