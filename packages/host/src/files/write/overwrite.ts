import { Fault, type FileOverwriteRequest, throwIfAborted } from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { describeType, isRegular, isSameInode } from "../file-entry.ts";
import { refusePlanted, replacedMeanwhile } from "./set-attributes.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/** The kernel's own files take a page or so; nothing longer is written in place. */
const MAX_OVERWRITTEN_BYTES = 65_536;

/** What the files of /proc/sys answer to a value that they do not know. */
const REFUSALS: ReadonlySet<string> = new Set(["EINVAL", "ERANGE", "EOPNOTSUPP"]);

const DOING = "write over";

/**
 * Writes over the content of a regular file that is there, by one call: a file of the kernel takes each write as a whole
 * value. It is opened through a handle on exactly what was observed, so that nothing else can come in between.
 * @throws {Fault} as `FileWriter` says.
 */
export function overwrite(
  tools: WriteTools,
  request: FileOverwriteRequest,
  signal: AbortSignal,
): Promise<void> {
  const { path, content } = request;
  return withPlace(
    tools,
    { path, followLink: false, doing: DOING, call: { type: "overwrite", request } },
    (place) => overwriteAt(tools, content, place, signal),
    signal,
  );
}

async function overwriteAt(
  tools: WriteTools,
  content: Uint8Array,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const seen = place.stat;
  if (content.length > MAX_OVERWRITTEN_BYTES) throw tooLarge(place, content);
  if (seen === undefined) throw nothingThere(place);
  if (!isRegular(seen)) throw wrongType(place, seen);
  refusePlanted(tools, place, { stat: seen, doing: DOING });
  const handle = calls.openPath(place.directory.handle, place.name);
  try {
    if (!isSameInode(calls.stat(handle), seen)) throw replacedMeanwhile(place, DOING);
    throwIfAborted(signal);
    const file = await calls.openToWrite(handle);
    try {
      throwIfAborted(signal);
      await writeOnce(calls, file, content, place);
      if (seen.size > content.length) await calls.truncate(file, content.length);
      await syncIfPossible(calls, file);
    } finally {
      calls.close(file);
    }
  } finally {
    calls.close(handle);
  }
}

async function writeOnce(
  calls: FileCalls,
  file: number,
  content: Uint8Array,
  place: WritePlace,
): Promise<void> {
  const length = content.length;
  const written = await calls
    .write(file, content, { offset: 0, length, position: 0 })
    .catch((error: unknown) => {
      if (REFUSALS.has(errnoOf(error) ?? "")) throw refused(place, error);
      throw error;
    });
  if (written === length) return;
  throw new Fault({
    reason: "HostFailed",
    message: `cannot ${DOING} ${place.path}: ${written} of ${length} bytes were taken`,
    resolution: "Free space on the file system; a file of the kernel takes a shorter value.",
  });
}

/** A file that the kernel makes up has no disk, and says so. */
async function syncIfPossible(calls: FileCalls, file: number): Promise<void> {
  try {
    await calls.sync(file);
  } catch (error) {
    if (errnoOf(error) !== "EINVAL") throw error;
  }
}

function refused({ path }: WritePlace, cause: unknown): Fault {
  return new Fault({
    reason: "ValueRefused",
    message: `${path} does not take the value (${errnoOf(cause)})`,
    resolution: "Correct the value: the kernel's documentation says what it may be.",
    cause,
  });
}

function tooLarge({ path }: WritePlace, { length }: Uint8Array): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `cannot ${DOING} ${path}: ${length} bytes are more than ${MAX_OVERWRITTEN_BYTES}`,
    resolution: "Write a shorter value.",
  });
}

function nothingThere({ path }: WritePlace): Fault {
  return new Fault({
    reason: "NotFound",
    message: `cannot ${DOING} ${path}: nothing is there`,
    resolution: "Load what makes the file, or correct the path.",
    retry: "backoff",
  });
}

function wrongType({ path }: WritePlace, stat: FileStat): Fault {
  return new Fault({
    reason: "WrongType",
    message: `cannot ${DOING} ${path}: ${describeType(stat)} is there`,
    resolution: "Remove what is there if it is not needed, or correct the path.",
  });
}
