import { endianness } from "node:os";
import { type Login, shownText } from "@holdfast/core";

/** Where the fields of a record of wtmp(5) lie that differ between machines. */
export interface LoginLayout {
  readonly recordBytes: number;
  readonly secondsAt: number;
  readonly secondsBytes: 4 | 8;
}

/** ut_type of utmp(5). */
const BOOT_TIME = 2;
const USER_PROCESS = 7;

/** Where 32-bit and 64-bit programs share the file; 32-bit times, unsigned since glibc 2.42 and used so here. */
const SHARED: LoginLayout = { recordBytes: 384, secondsAt: 340, secondsBytes: 4 };
/** Where there are 64-bit programs only. */
const WIDE: LoginLayout = { recordBytes: 400, secondsAt: 344, secondsBytes: 8 };

/** The record of glibc on an architecture, as Node names it; `__WORDSIZE_TIME64_COMPAT32` of bits/wordsize.h decides. */
export function loginLayoutOf(architecture: string): LoginLayout {
  return architecture === "arm64" || architecture === "loong64" ? WIDE : SHARED;
}

/**
 * Reads the records of a part of wtmp that ends where a record does, and returns the last login at or before `untilMs`
 * since the machine was started; `undefined` when there is none.
 */
export function lastLoginIn(
  bytes: Buffer,
  untilMs: number,
  { recordBytes, secondsAt, secondsBytes }: LoginLayout,
): Login | undefined {
  const isLittle = endianness() === "LE";
  for (let at = bytes.length - recordBytes; at >= 0; at -= recordBytes) {
    const record = bytes.subarray(at, at + recordBytes);
    const type = isLittle ? record.readInt16LE(0) : record.readInt16BE(0);
    const seconds = readSeconds(record.subarray(secondsAt), secondsBytes, isLittle);
    if (seconds * 1_000 > untilMs) continue;
    if (type === BOOT_TIME) return undefined;
    const user = textIn(record.subarray(44, 76));
    if (type !== USER_PROCESS || user === "") continue;
    const from = textIn(record.subarray(76, 332));
    return {
      user,
      terminal: textIn(record.subarray(8, 40)),
      ...(from === "" ? {} : { from }),
      atMs: seconds * 1_000,
    };
  }
  return undefined;
}

function readSeconds(field: Buffer, sizeBytes: 4 | 8, isLittle: boolean): number {
  if (sizeBytes === 4) return isLittle ? field.readUInt32LE(0) : field.readUInt32BE(0);
  return Number(isLittle ? field.readBigInt64LE(0) : field.readBigInt64BE(0));
}

/** A text that ends with its field or at a NUL. */
function textIn(field: Buffer): string {
  const end = field.indexOf(0);
  return shownText(field.toString("utf8", 0, end < 0 ? field.length : end), field.length);
}
