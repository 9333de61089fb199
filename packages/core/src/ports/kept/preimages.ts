/** A regular file as it was before it was changed: all of it. Its bytes are in the store, the rest is here. */
export interface Preimage {
  /**
   * By which the store knows the bytes: their SHA-256, of sealed ones a keyed digest of it; lower-case hex. Absent where the
   * change left them alone.
   */
  readonly key?: string;
  readonly sizeBytes: number;
  /** 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** When it was modified last, nanoseconds since 1970 as digits; absent where that was unknown. */
  readonly modifiedNs?: string;
  /** Extended attributes, ACLs among them, in base64. Default: none. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The bytes may hold a secret, and are kept encrypted. Default false. */
  readonly isSealed?: true;
}

/** The bytes of a file that is to be given back. */
export interface KeptBytes {
  /** Lower-case hex. */
  readonly sha256: string;
  /** What they say, where that is a short text. */
  readonly text?: string;
  /** @throws {Fault} while they are taken: PreimageGone. */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Bytes that were read into the store and are not durable yet. */
export interface TakenBytes {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Makes them durable under their key. @throws {Fault} PreimageNotKept. */
  keep(): Promise<void>;
  /** They are not needed after all; after `keep`: who needs them is known. Until then none of them gives way to others. Idempotent. */
  drop(): Promise<void>;
}

/**
 * A store of bytes that Holdfast did not write and is about to overwrite, by their content. It has a budget: what is needed
 * least goes first, and that is said.
 */
export interface Preimages {
  /**
   * Reads bytes into the store. `key` is that of sealed bytes; default: their SHA-256.
   * @throws {Fault} PreimageNotKept, when they are too many or cannot be written; what the chunks throw.
   */
  take(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: { readonly key?: string },
    signal: AbortSignal,
  ): Promise<TakenBytes>;
  /** Whether the bytes are still there. */
  has(key: string): Promise<boolean>;
  /**
   * The bytes, in chunks. Whoever takes them compares their digest.
   * @throws {Fault} while they are taken: PreimageGone, when they are not there any more.
   */
  read(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
