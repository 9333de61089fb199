import { isUtf8 } from "node:buffer";

/** What Node puts in the place of bytes that are no UTF-8. */
const LOST = "\uFFFD";

/** Where such a byte is kept in a string: half of a surrogate pair, which no UTF-8 can mean (as in PEP 383). */
const KEPT = 0xdc00;

/** A UTF-8 character has so many bytes at most. */
const LONGEST_BYTES = 4;

/**
 * The name that bytes of the kernel mean. The kernel lets a name have any bytes but `/` and NUL; each byte that is no UTF-8
 * becomes half of a surrogate pair, so that `encodePath` gives the same bytes back and no two names read the same.
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString();
  let name = "";
  for (let at = 0; at < buffer.length; ) {
    const length = characterLength(buffer, at);
    name +=
      length === 0
        ? String.fromCharCode(KEPT + (buffer[at] ?? 0))
        : buffer.toString("utf8", at, at + length);
    at += Math.max(length, 1);
  }
  return name;
}

/** What a call of Node is to be given for a path: the path, or its bytes where there are some that are no UTF-8. */
export function encodePath(path: string): string | Buffer {
  if (path.isWellFormed()) return path;
  return Buffer.concat(Array.from(path, bytesOf));
}

/** Tells whether a text that Node has decoded may stand for other bytes than it has: then they are to be asked for. */
export function hasLostBytes(decoded: string): boolean {
  return decoded.includes(LOST);
}

/** 0 where no UTF-8 character begins. */
function characterLength(buffer: Buffer, at: number): number {
  for (let length = 1; length <= LONGEST_BYTES && at + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(at, at + length))) return length;
  }
  return 0;
}

function bytesOf(character: string): Buffer {
  const code = character.charCodeAt(0);
  const isKept = character.length === 1 && code >= KEPT + 0x80 && code <= KEPT + 0xff;
  return isKept ? Buffer.of(code - KEPT) : Buffer.from(character);
}
