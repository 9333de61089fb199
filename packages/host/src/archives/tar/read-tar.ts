import type { ArchiveEntryType } from "@holdfast/core";
import { type ArchiveMeter, invalidArchive, type RawEntry } from "../archive-faults.ts";
import { ByteSource } from "./byte-source.ts";
import { type PaxRecords, parsePax } from "./pax-records.ts";
import { BLOCK_BYTES, parseTarHeader, type TarHeader, textAt } from "./tar-header.ts";

/** Longest description of an entry: a path has 4,096 bytes, so nobody honest needs more. */
const MAX_DESCRIPTION_BYTES = 1_048_576;

const OTHERS: Readonly<Record<string, string>> = {
  "3": "a character device",
  "4": "a block device",
  "6": "a FIFO",
  S: "a sparse file",
};

/**
 * Reads a tar archive, expanded, one entry after the other. Where readers of tar differ about what an archive means, as
 * about a link that has content, it is refused: what one checks another would extract.
 * @throws {Fault} ArchiveInvalid.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  meter: ArchiveMeter,
): AsyncGenerator<RawEntry, void> {
  const source = new ByteSource(chunks);
  try {
    for (;;) {
      const described = await readDescription(source, meter);
      if (described === undefined) break;
      const entry = entryOf(described);
      const content = new Content(source, sizeOf(described, entry.type));
      yield { ...entry, chunks: content.chunks() };
      await content.passOver();
    }
    await source.drain();
  } finally {
    await source.close();
  }
}

/** A header, with what came before it to say what does not fit into one. */
interface Described {
  readonly header: TarHeader;
  readonly pax: PaxRecords | undefined;
  readonly longName: string | undefined;
  readonly longLinkName: string | undefined;
}

/** The next entry's description; `undefined` at the end of the archive. */
async function readDescription(
  source: ByteSource,
  meter: ArchiveMeter,
): Promise<Described | undefined> {
  let pax: PaxRecords | undefined;
  let longName: string | undefined;
  let longLinkName: string | undefined;
  for (;;) {
    const block = await source.take(BLOCK_BYTES);
    // Two blocks of zeros end an archive, and many makers write one.
    if (block === undefined) throw invalidArchive("it is cut off");
    const header = parseTarHeader(block);
    if (header === undefined) return undefined;
    meter.addEntry();
    const bytes = () => readMore(source, header);
    if (header.flag === "x") pax = parsePax(await bytes());
    else if (header.flag === "g") refuseGlobal(parsePax(await bytes()));
    else if (header.flag === "L") longName = textOf(await bytes());
    else if (header.flag === "K") longLinkName = textOf(await bytes());
    else return { header, pax, longName, longLinkName };
  }
}

async function readMore(source: ByteSource, { sizeBytes }: TarHeader): Promise<Uint8Array> {
  if (sizeBytes > MAX_DESCRIPTION_BYTES) {
    throw invalidArchive(`an entry is described by more than ${MAX_DESCRIPTION_BYTES} bytes`);
  }
  const bytes = await source.take(sizeBytes);
  await source.skip(paddingOf(sizeBytes));
  return bytes ?? new Uint8Array();
}

/** A name for all entries that follow is nothing that anybody writes, and not every reader takes it. */
function refuseGlobal({ path, linkPath, sizeBytes, isSparse }: PaxRecords): void {
  const isHarmless = path === undefined && linkPath === undefined && sizeBytes === undefined;
  if (!isHarmless || isSparse) throw invalidArchive("a pax header gives all entries one name");
}

function textOf(bytes: Uint8Array): string {
  return textAt(bytes, 0, bytes.length);
}

function entryOf({ header, pax, longName, longLinkName }: Described): Omit<RawEntry, "chunks"> {
  const path = pax?.path ?? longName ?? header.name;
  const target = pax?.linkPath ?? longLinkName ?? header.linkName;
  const { mode, flag } = header;
  const type = pax?.isSparse === true ? "other" : typeOf(flag, path);
  const what = pax?.isSparse === true ? OTHERS["S"] : OTHERS[flag];
  if (type === "other") return { path, type, mode, what: what ?? "nothing that is known" };
  if (type === "link" || type === "hard-link") return { path, type, mode, target };
  return { path, type, mode };
}

function typeOf(flag: string, path: string): ArchiveEntryType {
  switch (flag) {
    // "7" is a file that should be in one piece.
    case "0":
    case "7":
      // Before there was a flag for directories they had a slash.
      return path.endsWith("/") ? "directory" : "file";
    case "1":
      return "hard-link";
    case "2":
      return "link";
    case "5":
      return "directory";
    default:
      return "other";
  }
}

function sizeOf({ header, pax }: Described, type: ArchiveEntryType): number {
  const sizeBytes = pax?.sizeBytes ?? header.sizeBytes;
  // Some makers write the size of the file there, and no reader takes it for content.
  if (type === "hard-link") return 0;
  if (sizeBytes !== 0 && (type === "link" || type === "directory")) {
    throw invalidArchive("a link or directory has content");
  }
  return sizeBytes;
}

function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The content of one entry, of which may be taken what is wanted. */
class Content {
  readonly #source: ByteSource;
  #left: number;
  readonly #padding: number;

  constructor(source: ByteSource, sizeBytes: number) {
    this.#source = source;
    this.#left = sizeBytes;
    this.#padding = paddingOf(sizeBytes);
  }

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    for await (const slice of this.#source.slices(this.#left)) {
      this.#left -= slice.length;
      yield slice;
    }
  }

  async passOver(): Promise<void> {
    await this.#source.skip(this.#left + this.#padding);
    this.#left = 0;
  }
}
