/** One entry of a tar archive, as whoever makes one writes it: also what nobody should. */
export interface TarEntry {
  readonly name: string;
  /** `0` a file, `1` a hard link, `2` a symbolic link, `5` a directory; others are devices and worse. Default `0`. */
  readonly flag?: string;
  readonly mode?: number;
  readonly content?: Uint8Array | string;
  readonly linkName?: string;
  /** Default: what the content has. */
  readonly sizeBytes?: number;
}

const BLOCK_BYTES = 512;
const encoder = new TextEncoder();

/** A tar archive with these entries, ustar with pax headers for what is too long for it. */
export function tarOf(entries: readonly TarEntry[]): Uint8Array {
  return joined([...entries.flatMap(blocksOf), new Uint8Array(2 * BLOCK_BYTES)]);
}

/** Text in which each character is one byte, as operations have content that is none. */
export function latin1Of(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Many arrays as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function blocksOf(entry: TarEntry): readonly Uint8Array[] {
  const { name, linkName = "" } = entry;
  const long = [
    ...(isLong(name) ? [["path", name] as const] : []),
    ...(isLong(linkName) ? [["linkpath", linkName] as const] : []),
  ];
  const pax = long.map(([key, value]) => paxRecord(key, value)).join("");
  const before = pax === "" ? [] : plainBlocks({ name: "pax", flag: "x", content: pax });
  return [...before, ...plainBlocks(entry)];
}

function isLong(text: string): boolean {
  return encoder.encode(text).length > 100;
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = encoder.encode(rest).length;
  const digits = String(length + String(length).length).length;
  return `${length + digits}${rest}`;
}

function plainBlocks(entry: TarEntry): readonly Uint8Array[] {
  const content = bytesOf(entry.content ?? "");
  const padding = (BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return [headerOf(entry, content.length), content, new Uint8Array(padding)];
}

function headerOf(entry: TarEntry, contentBytes: number): Uint8Array {
  const { name, flag = "0", mode = 0o644, linkName = "", sizeBytes = contentBytes } = entry;
  const block = new Uint8Array(BLOCK_BYTES);
  const put = (at: number, text: string, length: number): void =>
    block.set(encoder.encode(text).subarray(0, length), at);
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, "0")}\0`;
  put(0, name, 100);
  put(100, octal(mode, 7), 8);
  put(108, octal(0, 7), 8);
  put(116, octal(0, 7), 8);
  put(124, octal(sizeBytes, 11), 12);
  put(136, octal(0, 11), 12);
  put(148, " ".repeat(8), 8);
  put(156, flag, 1);
  put(157, linkName, 100);
  put(257, "ustar\x0000", 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `, 8);
  return block;
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? encoder.encode(content) : content;
}
