import { invalidArchive } from "../archive-faults.ts";

/** Every header is a block of so many bytes, and content is filled up to whole blocks. */
export const BLOCK_BYTES = 512;

/** One header block, read as POSIX 1003.1-1990 (ustar) and GNU have it. */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly sizeBytes: number;
  /** The character at 156; NUL as "0". */
  readonly flag: string;
  readonly linkName: string;
}

const text = new TextDecoder();

/**
 * Reads a block; `undefined` for one of zeros, which ends an archive.
 * @throws {Fault} ArchiveInvalid, when its checksum is wrong or a number is none.
 */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!hasChecksum(block)) throw invalidArchive("it is no tar or zip archive, or is damaged");
  const name = textAt(block, 0, 100);
  // GNU has other things where POSIX has the beginning of a long name.
  const isPosix = textAt(block, 257, 6) === "ustar" && block[262] === 0;
  const prefix = isPosix ? textAt(block, 345, 155) : "";
  const flag = block[156] ?? 0;
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    mode: numberAt(block, 100, 8) & 0o7777,
    sizeBytes: numberAt(block, 124, 12),
    flag: flag === 0 ? "0" : String.fromCharCode(flag),
    linkName: textAt(block, 157, 100),
  };
}

/** Text that ends at its first NUL. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return text.decode(end < 0 ? field : field.subarray(0, end));
}

/** A number in octal digits, or, marked by its first bit, in base 256. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return base256(field);
  const digits = textAt(block, at, length).trim();
  if (digits === "") return 0;
  if (!/^[0-7]+$/.test(digits)) throw invalidArchive("a header holds no number where one belongs");
  return Number.parseInt(digits, 8);
}

function base256(field: Uint8Array): number {
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (Number.isSafeInteger(value)) return value;
  throw invalidArchive("a header holds a number without sense");
}

/** The sum of all bytes, its own field counted as spaces. */
function hasChecksum(block: Uint8Array): boolean {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 32 : byte;
  return Number.parseInt(textAt(block, 148, 8).trim(), 8) === sum;
}
