import type { Json } from "@holdfast/core";
import type { DiffExtent } from "../diff-extent.ts";

/** Characters of one value that a line shows, unless all of it is wanted. */
const SHOWN_CHARACTERS = 100;

// Nothing a reader could take for something else: no blank at an end, no quotes, no backslash, no control character.
// oxlint-disable-next-line no-control-regex -- this searches for control characters
const SAYS_WHAT_IT_IS = /^[^\s"'\\\u0000-\u001f](?:[^"'\\\u0000-\u001f]*[^\s"'\\\u0000-\u001f])?$/u;

/**
 * A value in one line: plain where that is unmistakable, as JSON elsewhere, cut where it is long and `extent` is short,
 * which is the default.
 */
export function formatValue(value: Json, extent: DiffExtent = "short"): string {
  const text =
    typeof value === "string" && SAYS_WHAT_IT_IS.test(value) ? value : JSON.stringify(value);
  if (extent === "full" || text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, cutAt(text))}… (${text.length} characters)`;
}

/** Not between the halves of a surrogate pair. */
function cutAt(text: string): number {
  const last = text.charCodeAt(SHOWN_CHARACTERS - 1);
  return last >= 0xd800 && last < 0xdc00 ? SHOWN_CHARACTERS - 1 : SHOWN_CHARACTERS;
}
