/** Where swap space of pages of 4 KiB has its mark. */
const MARK_AT = 4086;
const MARK = "SWAPSPACE2";
const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder();

/** Whether a file is swap space. */
export function isSwapSpace(bytes: Uint8Array): boolean {
  return latin1.decode(bytes.subarray(MARK_AT, MARK_AT + MARK.length)) === MARK;
}

/** Makes a file of ten pages at least swap space, as mkswap(8) does but for its random UUID. */
export function markSwapSpace(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(MARK), MARK_AT);
}

/** The content of a file in the line of a tree. Swap space is no more than that: each has another UUID, and many bytes. */
export function shownContent(bytes: Uint8Array): string {
  if (isSwapSpace(bytes)) return `"swap space of ${bytes.length} bytes"`;
  return JSON.stringify(utf8.decode(bytes));
}
