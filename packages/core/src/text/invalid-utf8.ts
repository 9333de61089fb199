/**
 * Where bytes stop being UTF-8, in words that complete "it is not UTF-8: …"; `undefined` where they do not. The byte that is
 * named is the first of what is no character, as an `é` of Latin-1 is, and not the one behind it that shows it.
 */
export function describeInvalidUtf8(bytes: Uint8Array): string | undefined {
  const offset = firstInvalidByte(bytes);
  if (offset === undefined) return undefined;
  const before = bytes.subarray(0, offset);
  const line = before.reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 1);
  const hex = (bytes[offset] ?? 0).toString(16).padStart(2, "0");
  return `byte 0x${hex} at offset ${offset}, in line ${line}, begins no character`;
}

/** The offset of the first byte that is part of no character; `undefined` for UTF-8. O(length). */
export function firstInvalidByte(bytes: Uint8Array): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthAt(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return undefined;
}

const NEWLINE = 0x0a;

/** Bytes of the character that begins there; 0 for none. By table 3-7 of the Unicode standard. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const [least, most] = SECONDS.get(first) ?? [0x80, 0xbf];
  if (length === 0 || second < least || second > most) return 0;
  if (length === 2) return length;
  const rest = bytes.subarray(at + 1, at + length);
  const isWhole = rest.length === length - 1 && rest.every((byte) => byte >> 6 === 0b10);
  return isWhole ? length : 0;
}

/** What may follow where that is less than 0x80 to 0xbf: no longer form than needed, no surrogate, nothing above U+10FFFF. */
const SECONDS: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
