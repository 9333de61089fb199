const SEAL_START = ',"crc":"';
const SEAL_END = '"}';
const SUM_CHARACTERS = 8;
const SEAL_CHARACTERS = SEAL_START.length + SUM_CHARACTERS + SEAL_END.length;

/**
 * Seals a JSON object that is not empty: its last field becomes `crc`, the CRC-32, in hexadecimal, of the object's bytes
 * before that field. Each line stands for itself, so that a damaged one takes no other with it.
 */
export function sealWithChecksum(body: string): string {
  const start = body.slice(0, -1);
  return `${start}${SEAL_START}${sumOf(start)}${SEAL_END}`;
}

/** A sealed line without its seal, as it was before `sealWithChecksum`. */
export function withoutSeal(line: string): string {
  return `${line.slice(0, -SEAL_CHARACTERS)}}`;
}

/** `sound`: as it was sealed. `damaged`: it carries a seal that is not its own. `unsealed`: it carries none. */
export type SealVerdict = "sound" | "damaged" | "unsealed";

/**
 * Tells whether a line is what was sealed. Bytes that are no UTF-8 were decoded to something else, which no seal fits.
 */
export function checkSeal(line: string): SealVerdict {
  const at = line.length - SEAL_CHARACTERS;
  const isSealed = at > 0 && line.startsWith(SEAL_START, at) && line.endsWith(SEAL_END);
  if (!isSealed) return "unsealed";
  const sum = line.slice(at + SEAL_START.length, -SEAL_END.length);
  return sumOf(line.slice(0, at)) === sum ? "sound" : "damaged";
}

/** What needs it loads it: a start without a log does not pay 3 ms for it. */
function sumOf(start: string): string {
  const { crc32 } = process.getBuiltinModule("node:zlib");
  return crc32(start).toString(16).padStart(SUM_CHARACTERS, "0");
}

/**
 * Finds the sound lines within bytes that are none: where a line break was lost, two lines have become one.
 * @returns the parts in their order, each sound or not.
 */
export function splitAtSeals(bytes: Buffer): readonly SealedPart[] {
  const parts: SealedPart[] = [];
  let from = 0;
  let tried = 0;
  for (let at = bytes.indexOf(SEAL_START); at >= 0; at = bytes.indexOf(SEAL_START, at + 1)) {
    if (++tried > MOST_SEALS) break;
    const end = at + SEAL_CHARACTERS;
    const start = startOfSound(bytes, from, end);
    if (start === undefined) continue;
    // What stands between two sound lines, in the place of their line break, is no line.
    const isBreak = parts.length > 0 && start - from <= 1;
    if (!isBreak && start > from)
      parts.push({ bytes: bytes.subarray(from, start), isSound: false });
    parts.push({ bytes: bytes.subarray(start, end), isSound: true });
    from = end;
  }
  if (from < bytes.length) parts.push({ bytes: bytes.subarray(from), isSound: false });
  return parts;
}

/** A part of damaged bytes. */
export interface SealedPart {
  readonly bytes: Buffer;
  readonly isSound: boolean;
}

/** What has more in it is no pair of lines, and to try them all would take for ever. */
const MOST_SEALS = 16;
/** As many beginnings are tried: one line break that was lost, or one byte in its place. */
const MOST_BEGINNINGS = 2;

/** Where the object that ends here begins, if it is sound. */
function startOfSound(bytes: Buffer, from: number, end: number): number | undefined {
  for (let start = from; start < from + MOST_BEGINNINGS && start < end; start += 1) {
    if (checkSeal(bytes.toString("utf8", start, end)) === "sound") return start;
  }
  return undefined;
}
