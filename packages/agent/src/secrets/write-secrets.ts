import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "@holdfast/core";
import { openFiles, openRemoteFiles, realClock, realFileCalls, realRandom } from "@holdfast/host";
import { readText } from "../sources/read-text.ts";
import { sourceFault } from "../sources/source-fault.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";
import type { SecretsFile } from "./secrets-file.ts";

const ATTEMPT_BYTES = 8;

/**
 * Replaces a secrets file as a whole and durably; owner, group and mode stay.
 * @throws {Fault} InputInvalid, when it was changed since it was read; what writing a file throws.
 */
export async function replaceSecretsFile(
  { file, text: before }: SecretsFile,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const { value: now } = await readText(file, signal);
  if (now !== before) throw changedMeanwhile(file);
  await using remote = openRemoteFiles({ clock: realClock });
  await using files = openFiles({ calls: realFileCalls, root: "/", clock: realClock, remote });
  const content = new TextEncoder().encode(text);
  const attempt = realRandom.hex(ATTEMPT_BYTES);
  await files.write({ path: file, followLink: true, content, attempt }, signal);
}

/**
 * Writes a new file that only its owner can read. An existing one is never touched.
 * @throws {Fault} AlreadyExists; SourceUnsafe, when root would write where others can; NotFound, PermissionDenied,
 *   HostFailed.
 */
export async function createKeyFile(
  path: string,
  text: string,
  userId: number | undefined,
): Promise<void> {
  refuseUnsafeSecrets(dirname(path), userId);
  try {
    await using file = await open(path, "wx", 0o600);
    await fill(path, file, text);
    await using directory = await open(dirname(path));
    await directory.sync();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw exists(path);
    throw sourceFault(path, error, new AbortController().signal);
  }
}

/** Half a key is no key: it would only be in the way of the next attempt. */
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
    message: `${path} exists, and a key is never overwritten`,
    resolution: "Name another file; what was encrypted with a key can be read with that key only.",
  });
}

function changedMeanwhile(path: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `somebody changed ${path} since it was read; nothing was written`,
    resolution: "Run the command again.",
  });
}
