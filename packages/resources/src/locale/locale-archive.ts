/**
 * The names in glibc's archive of locales, of which the head is enough (`locale/locarchive.h`: a header of 14 words, a
 * hash table whose entries are hash, offset of the name and offset of the locale, and the names).
 */
const MAGIC = 0xde020109;
const HEADER_BYTES = 56;
const ENTRY_BYTES = 12;
const HASH_OFFSET_AT = 8;
const HASH_SIZE_AT = 16;
const NAMES_OFFSET_AT = 20;
const NAMES_USED_AT = 24;

/** More than the table and the names of any archive take: all 500 locales of Debian take 60 kB. */
const MOST_HEAD_BYTES = 1_048_576;

/** How much of an archive must be read to know its names, once its header is there; 0 for what is no archive. */
export function archiveHeadBytes(start: Uint8Array): number {
  if (start.length < HEADER_BYTES) return 0;
  const view = viewOf(start);
  if (view.getUint32(0, isLittleEndian(view)) !== MAGIC) return 0;
  const { hashEnd, namesEnd } = layoutOf(view);
  const bytes = Math.max(hashEnd, namesEnd);
  return bytes <= MOST_HEAD_BYTES ? bytes : 0;
}

/** The names of all locales in an archive, aliases too, of its head; none of what is no archive or cut off. */
export function namesInArchive(head: Uint8Array): readonly string[] {
  const bytes = archiveHeadBytes(head);
  if (bytes === 0 || head.length < bytes) return [];
  const view = viewOf(head);
  const isLittle = isLittleEndian(view);
  const { hashOffset, hashEnd } = layoutOf(view);
  const names: string[] = [];
  for (let at = hashOffset; at + ENTRY_BYTES <= hashEnd; at += ENTRY_BYTES) {
    const nameAt = view.getUint32(at + 4, isLittle);
    const localeAt = view.getUint32(at + 8, isLittle);
    // A locale that was taken out keeps its entry.
    if (nameAt !== 0 && localeAt !== 0) names.push(nameFrom(head, nameAt, bytes));
  }
  return names;
}

interface Layout {
  readonly hashOffset: number;
  readonly hashEnd: number;
  readonly namesEnd: number;
}

function layoutOf(view: DataView): Layout {
  const word = (at: number): number => view.getUint32(at, isLittleEndian(view));
  const hashOffset = word(HASH_OFFSET_AT);
  return {
    hashOffset,
    hashEnd: hashOffset + word(HASH_SIZE_AT) * ENTRY_BYTES,
    namesEnd: word(NAMES_OFFSET_AT) + word(NAMES_USED_AT),
  };
}

function nameFrom(head: Uint8Array, start: number, limit: number): string {
  let end = start;
  while (end < limit && head[end] !== 0) end += 1;
  return new TextDecoder("latin1").decode(head.subarray(start, end));
}

/** An archive is in the order of its machine. */
function isLittleEndian(view: DataView): boolean {
  return view.getUint32(0, true) === MAGIC;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
