/**
 * Where a durable log lives. Nothing is written or created before the first append, so that a pass that changes
 * nothing writes nothing. Faults: `LedgerUnavailable`, `PathUnsafe` (others can write it), `DiskFull`, `ReadOnly`.
 */
export interface LogStorage {
  /** The whole text; `undefined` when there is no log yet. */
  read(signal: AbortSignal): Promise<string | undefined>;
  /** Resolves when the text is on disk. Concurrent appends share a sync and keep their order. */
  append(text: string, signal: AbortSignal): Promise<void>;
  /** Replaces everything, atomically and durably. */
  replace(text: string, signal: AbortSignal): Promise<void>;
  /** Cuts the log to its first `sizeBytes` bytes, durably. */
  truncate(sizeBytes: number, signal: AbortSignal): Promise<void>;
}
