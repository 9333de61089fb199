import { type Buffer, isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Diagnosed, type Diagnostic, Fault, firstInvalidByte } from "@holdfast/core";
import { identityOf } from "./file-identity.ts";
import { refuseUnsafeEntry, type SourceTrust } from "./source-safety.ts";
import { sourceFault } from "./source-fault.ts";

/** The longest source that is read: 64 MiB. */
export const MAX_SOURCE_BYTES = 64 * 1024 * 1024;

/** A text that was read. */
export interface ReadText extends Diagnosed<string> {
  /** Of the file that was read: another text when there is another file, or other content, at the path. */
  readonly identity: string;
}

/** How a source is read. */
export interface ReadOptions {
  /** Where it is found, if not at its path: in a directory that is held open. */
  readonly at?: string;
  /** Default: anybody's is taken. */
  readonly trust?: SourceTrust;
  /** Default: what a source may have. */
  readonly maxBytes?: number;
}

/** A source's text, or where it stops being UTF-8. A byte order mark is dropped. */
export async function readText(
  path: string,
  signal: AbortSignal,
  options: ReadOptions = {},
): Promise<ReadText> {
  const { bytes, identity } = await readBytes(path, signal, options);
  if (isUtf8(bytes)) {
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { value: bytes.toString("utf8", hasMark ? 3 : 0), diagnostics: [], identity };
  }
  return { diagnostics: [notUtf8(path, bytes)], identity };
}

/**
 * The bytes of a regular file. A FIFO or a device is never read: opening does not wait.
 * @throws {Fault} NotFound, PermissionDenied, WrongType, ContentTooLarge, HostFailed, Aborted.
 */
async function readBytes(
  path: string,
  signal: AbortSignal,
  { at = path, trust, maxBytes = MAX_SOURCE_BYTES }: ReadOptions,
): Promise<{ readonly bytes: Buffer; readonly identity: string }> {
  try {
    await using file = await open(at, constants.O_RDONLY | constants.O_NONBLOCK);
    const identity = identityOf(await file.stat({ bigint: true }));
    await refuseUnreadable(path, file, maxBytes);
    if (trust !== undefined) refuseUnsafeEntry(path, await file.stat(), trust);
    // It may grow, or have said nothing of its length.
    const bytes = await buffer(file.createReadStream({ end: maxBytes, signal, autoClose: false }));
    if (bytes.length > maxBytes) throw tooLarge(path, bytes.length);
    return { bytes, identity };
  } catch (error) {
    throw sourceFault(path, error, signal);
  }
}

async function refuseUnreadable(path: string, file: FileHandle, maxBytes: number): Promise<void> {
  const entry = await file.stat();
  if (!entry.isFile()) {
    throw new Fault({
      reason: "WrongType",
      message: `${path} is not a regular file`,
      resolution: "Name a file that holds a blueprint or a manifest.",
    });
  }
  if (entry.size > maxBytes) throw tooLarge(path, entry.size);
}

function tooLarge(path: string, sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has ${sizeBytes} bytes or more; all files of a source together may have ${MAX_SOURCE_BYTES}`,
    resolution: "Declare long contents with contentFrom, or declare less.",
  });
}

function notUtf8(path: string, bytes: Buffer): Diagnostic {
  const offset = firstInvalidByte(bytes) ?? bytes.length;
  const before = bytes.subarray(0, offset);
  const lineStart = before.lastIndexOf(0x0a) + 1;
  const line = before.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 1);
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const found = `byte ${offset} (0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")})`;
  return {
    severity: "error",
    address: path,
    location: { file: path, line, column: before.toString("utf8", lineStart).length + 1 },
    summary: "not UTF-8",
    detail: isUtf16
      ? `The file begins like UTF-16; convert it: iconv -f UTF-16 -t UTF-8 ${path}.`
      : `${found} is not valid UTF-8; save the file as UTF-8, and declare binary contents with contentFrom.`,
  };
}
