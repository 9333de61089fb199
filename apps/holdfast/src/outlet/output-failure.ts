/** Why output is not written. */
export interface OutputFailure {
  /** The system's word, e.g. `ENOSPC`. */
  readonly code: string;
  /** Completes "the output cannot be written: ". */
  readonly why: string;
  /** There is no reader any more: no error of a command. */
  readonly isReaderGone: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  EAGAIN: "its reader takes nothing now",
  EDQUOT: "the quota is used up",
  EIO: "the device fails",
  ENOSPC: "there is no space left",
  EPIPE: "it has no reader any more",
};

/** Of an error of a write. */
export function failureOf(error: unknown): OutputFailure {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code, why: WORDS[code] ?? message, isReaderGone: code === "EPIPE" };
}

/** Of a reader that is there and does not read. */
export function slowFailure(): OutputFailure {
  const why = "its reader is too slow, so that some of it is dropped";
  return { code: "EAGAIN", why, isReaderGone: false };
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
