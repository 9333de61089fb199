/** What a plain value is written in place of. */
export interface PlainPlace {
  /** The whole text of the file. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A value in double quotes, as JSON and YAML both read it. */
export function quoted(value: string): string {
  return JSON.stringify(value).replaceAll(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
}

/** Characters that JSON leaves as they are and YAML does not take. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Lines that a literal block holds as they are: the first begins with no blank, and at most one newline ends the last. */
const PLAIN_LINES = /^[\x21-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd][^\r]*[^\r\n]\n?$/u;

/** The beginning of a line that ends with a key, outside of braces and brackets. */
const KEY_ONLY = /^( *)[^{}[\],]*:[ \t]+$/;

/**
 * Several lines as a YAML literal block, which is easier to edit than one line in quotes; `undefined` where that cannot
 * be tried. The caller must check that it is read back as the same.
 */
export function literalBlock(value: string, { text, start, end }: PlainPlace): string | undefined {
  if (!value.includes("\n") || !PLAIN_LINES.test(value)) return undefined;
  const before = KEY_ONLY.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1, start));
  const after = /^[^\n]*/.exec(text.slice(end))?.[0] ?? "";
  if (before === null || after.trim() !== "") return undefined;
  const indent = `${before[1] ?? ""}  `;
  const lines = value.replace(/\n$/, "").split("\n");
  const body = lines.map((line) => (line === "" ? "" : `${indent}${line}`)).join("\n");
  return `${value.endsWith("\n") ? "|" : "|-"}\n${body}`;
}
