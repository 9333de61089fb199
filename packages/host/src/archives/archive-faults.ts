import { abortFault, type ArchiveEntry, type ArchiveLimits, Fault } from "@holdfast/core";

/** An entry as a format has it. */
export type RawEntry = Omit<ArchiveEntry, "digest">;

/** The fault of an archive that cannot be read. `why` completes "the archive cannot be read: …". */
export function invalidArchive(why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "ArchiveInvalid",
    message: `the archive cannot be read: ${why}`,
    resolution: "Fetch or make it again, and test it with `tar -t` or `unzip -t`.",
    cause,
  });
}

/** What a library threw about the content of an archive, as a Fault. */
export function readFault(error: unknown, signal: AbortSignal): Fault {
  if (signal.aborted) return abortFault(signal);
  if (error instanceof Fault) return error;
  return invalidArchive(error instanceof Error ? error.message : String(error), error);
}

/** Below this an archive may expand as much as it likes: small files of zeros do. */
const RATIO_COUNTS_FROM_BYTES = 64 * 1024 * 1024;

/** Counts what comes out of an archive, and stops at the first that is too much. */
export class ArchiveMeter {
  readonly #limits: ArchiveLimits;
  readonly #archiveBytes: number;
  #expandedBytes = 0;
  #entries = 0;

  constructor(limits: ArchiveLimits, archiveBytes: number) {
    this.#limits = limits;
    this.#archiveBytes = archiveBytes;
  }

  /** @throws {Fault} ContentTooLarge. */
  addEntry(): void {
    this.#entries += 1;
    const { maxEntries } = this.#limits;
    if (this.#entries > maxEntries) throw tooLarge(`has more than ${maxEntries} entries`);
  }

  /** @throws {Fault} ContentTooLarge. */
  addBytes(sizeBytes: number): void {
    this.#expandedBytes += sizeBytes;
    const { maxExpandedBytes, maxRatio } = this.#limits;
    if (this.#expandedBytes > maxExpandedBytes) {
      throw tooLarge(`expands to more than ${maxExpandedBytes} bytes`);
    }
    if (this.#expandedBytes <= RATIO_COUNTS_FROM_BYTES) return;
    if (this.#expandedBytes > maxRatio * this.#archiveBytes) {
      throw tooLarge(`expands to more than ${maxRatio} times its size`);
    }
  }
}

function tooLarge(what: string): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `the archive ${what}`,
    resolution: "Make smaller archives, or extract it with an exec that has a guard.",
  });
}
