/** What cannot stand as it is between single quotes, is not kept as it is, or says something to printf(1). */
const SPECIAL = /^-|[\s'\\%]/gu;

/**
 * A health check in the form of the API. Podman's compatible API (4.3.1) joins the words with blanks and splits them again at
 * each one, so that `sh -c "test -e /a"` becomes five words. Where that would change something, Podman is given a
 * line of shell that has no blank but one between two words; an image for which somebody writes such a word has a shell.
 */
export function healthTest(command: readonly string[], isPodman: boolean): readonly string[] {
  const isKept = command.every((word) => word !== "" && !/\s/u.test(word));
  if (!isPodman || isKept) return ["CMD", ...command];
  return ["CMD-SHELL", command.map(quoted).join(" ")];
}

function quoted(word: string): string {
  if (word.search(SPECIAL) < 0) return `'${word}'`;
  return `"$(printf '${word.replaceAll(SPECIAL, escaped)}')"`;
}

/** As printf(1) reads it: its bytes in octal. */
function escaped(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}
