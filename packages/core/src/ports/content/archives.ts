/** What an entry of an archive is. `other` is nothing that is ever extracted: a device, a FIFO, a sparse file. */
export type ArchiveEntryType = "file" | "directory" | "link" | "hard-link" | "other";

/** One entry, as the archive has it: nothing of it was judged. */
export interface ArchiveEntry {
  /** As it is written in the archive, closing slashes and dots too. */
  readonly path: string;
  readonly type: ArchiveEntryType;
  /** For `other`: what it is, a noun with its article. */
  readonly what?: string;
  /** The 12 permission bits; `undefined` where the archive has none, as of DOS. */
  readonly mode: number | undefined;
  /** For a link, where it leads; for a hard link, the path of another entry. */
  readonly target?: string;
  /**
   * The content of a file, to be taken before the next entry is; what is not taken is passed over. The memory of a chunk may
   * be used again for the next.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Takes the content, for its SHA-256 alone: lower-case hex. */
  digest(): Promise<string>;
}

/** How much of an archive is read before it counts as made to harm. */
export interface ArchiveLimits {
  /** Of what all entries hold together, with what describes them. */
  readonly maxExpandedBytes: number;
  readonly maxEntries: number;
  /** How many times its own size an archive may expand to; only counted from 64 MiB on. */
  readonly maxRatio: number;
}

/** An archive that can be read, from its beginning, as often as is needed. */
export interface OpenArchive extends AsyncDisposable {
  /** Of the archive itself: lower-case hex. */
  readonly sha256: string;
  /**
   * Its entries, in their order. Not more than one iteration at a time.
   * @throws {Fault} while they are taken: ArchiveInvalid, for what cannot be read to its end; ContentTooLarge, beyond a
   *   limit; CommandNotFound, where this machine has no program for its compression; Aborted.
   */
  entries(limits: ArchiveLimits, signal: AbortSignal): AsyncIterable<ArchiveEntry>;
}

/**
 * Reads archives: tar, plain or compressed by gzip, zstd, xz or bzip2, and zip. Which of them it is, its first bytes say.
 * Nothing is extracted here, and no entry is kept in memory.
 */
export interface Archives {
  /**
   * Takes all of an archive, so that what is read later is what had this digest. The copy is in a place that no other
   * user reaches.
   * @throws {Fault} what `chunks` throws; HostFailed, DiskFull, when it cannot be kept; Aborted.
   */
  open(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<OpenArchive>;
}
