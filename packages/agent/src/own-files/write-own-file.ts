import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "@holdfast/core";
import { openFiles, openRemoteFiles, realClock, realFileCalls, realRandom } from "@holdfast/host";
import { readText } from "../sources/read-text.ts";
import { sourceFault } from "../sources/source-fault.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";

const ATTEMPT_BYTES = 8;

/** A new file of a person. */
export interface OwnFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
}

/**
 * Replaces a file as a whole and durably; owner, group and mode stay.
 * @throws {Fault} InputInvalid, when it was changed since `before` was read; what writing a file throws.
 */
export async function replaceOwnFile(
  { path, before, text }: { readonly path: string; readonly before: string; readonly text: string },
  signal: AbortSignal,
): Promise<void> {
  const { value: now } = await readText(path, signal);
  if (now !== before) throw changedMeanwhile(path);
  await using remote = openRemoteFiles({ clock: realClock });
  await using files = openFiles({ calls: realFileCalls, root: "/", clock: realClock, remote });
  const content = new TextEncoder().encode(text);
  const attempt = realRandom.hex(ATTEMPT_BYTES);
  await files.write({ path, followLink: true, content, attempt }, signal);
}

/**
 * Writes a new file. An existing one is never touched.
 * @throws {Fault} AlreadyExists; SourceUnsafe, when root would write where others can; NotFound, PermissionDenied,
 *   HostFailed.
 */
export async function createOwnFile({ path, text, mode, userId }: OwnFile): Promise<void> {
  refuseUnsafeSecrets(dirname(path), userId);
  try {
    await using file = await open(path, "wx", mode);
    await fill(path, file, text);
    await using directory = await open(dirname(path));
    await directory.sync();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw exists(path);
    throw sourceFault(path, error, new AbortController().signal);
  }
}

/** Half a file is none: it would only be in the way of the next attempt. */
async function fill(path: string, file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  }
}

function exists(path: string): Fault {
  return new Fault({
    reason: "AlreadyExists",
    message: `${path} exists, and is not overwritten`,
    resolution: "Name another file; what was made with a key needs that key for ever.",
  });
}

function changedMeanwhile(path: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `somebody changed ${path} since it was read; nothing was written`,
    resolution: "Run the command again.",
  });
}
