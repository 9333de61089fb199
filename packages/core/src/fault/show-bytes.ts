/** What is kept of a byte that is no UTF-8, or anything else that is no text. */
const BROKEN = /\p{Cs}/gu;

const KEPT = 0xdc00;

/**
 * A text as it can be shown: names of files may have bytes that are no UTF-8. A host gives each as half of a surrogate pair,
 * which no output can carry; it is shown as `\xfc` is.
 */
export function showBytes(text: string): string {
  return text.isWellFormed() ? text : text.replaceAll(BROKEN, shown);
}

function shown(half: string): string {
  const byte = half.charCodeAt(0) - KEPT;
  return byte >= 0x80 && byte <= 0xff ? `\\x${byte.toString(16)}` : "\uFFFD";
}
