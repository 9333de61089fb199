import { Fault, type FileDetails, throwIfAborted } from "@holdfast/core";
import type { ExtendedAttributes, FileCalls, OwnerIds } from "../../calls.ts";
import { errnoFault, errnoOf } from "../../errno-fault.ts";
import { giveTo, NotKept, setMode } from "../../file-modes.ts";
import type { WritePlace } from "../with-place.ts";

const PRIVATE_MODE = 0o600;
const PERMISSION_BITS = 0o777;
const ACCESS_ACL = "system.posix_acl_access";
/** Values that the kernel computes of the content; those of the old content would be wrong. */
const CONTENT_ATTRIBUTES: ReadonlySet<string> = new Set(["security.ima", "security.evm"]);

/** A temporary file that becomes durable in all but its name. */
export interface TemporaryFile {
  readonly place: Pick<WritePlace, "directory" | "name" | "path">;
  readonly temporary: string;
  /** Puts the content in. */
  readonly fill: (file: number) => Promise<void>;
  /** `undefined`: as the kernel made it. */
  readonly owner: OwnerIds | undefined;
  /** `undefined`: as it was created. */
  readonly mode: number | undefined;
  /** The mode to create it with. Default: 0600. */
  readonly createMode?: number;
  /**
   * Nobody declared owner and mode, and the content can be made once more: where the file system sets no mode, the file is
   * created with it. Default: false.
   */
  readonly canBeCreatedSo?: boolean;
  /** By which extended attributes and ACLs are set: those of the file at the place, or those of `restores`. */
  readonly attributes: ExtendedAttributes | undefined;
  /** What it had once that is given back. Default: it is a new file. */
  readonly restores?: FileDetails | undefined;
}

/**
 * Makes a temporary file and leaves it complete on the disk: exclusive, and where a mode is to be set 0600 until its owner is,
 * because a reader must not see a secret under the wrong owner; owner before mode, because chown takes set-uid away.
 * On any failure it is removed again.
 * @throws {NotKept}, an errno error, or {Fault} Aborted.
 */
export async function makeTemporary(
  calls: FileCalls,
  wanted: TemporaryFile,
  signal: AbortSignal,
): Promise<void> {
  try {
    await makeOnce(calls, wanted, signal);
  } catch (error) {
    const { mode, canBeCreatedSo = false } = wanted;
    if (!(error instanceof NotKept) || !canBeCreatedSo || mode === undefined) throw error;
    await makeOnce(calls, { ...wanted, createMode: mode & PERMISSION_BITS }, signal);
  }
}

async function makeOnce(
  calls: FileCalls,
  wanted: TemporaryFile,
  signal: AbortSignal,
): Promise<void> {
  const { directory } = wanted.place;
  const { owner, mode, createMode = PRIVATE_MODE } = wanted;
  const file = await calls.create(directory.handle, wanted.temporary, createMode);
  await orRemove(calls, wanted, async () => {
    try {
      throwIfAborted(signal);
      await wanted.fill(file);
      throwIfAborted(signal);
      if (owner !== undefined) await giveTo(calls, file, owner);
      if (mode !== undefined) await setMode(calls, file, mode);
      if (giveAttributes(wanted, file) && mode !== undefined) await setMode(calls, file, mode);
      throwIfAborted(signal);
      await calls.sync(file);
    } finally {
      // Closed before anything runs on it: a program that is open for writing cannot be executed.
      calls.close(file);
    }
  });
}

/**
 * Runs a step; when it fails, the temporary file is removed, durably, because nobody looks for it once the failure is on
 * record, and the failure names what is left behind.
 */
export async function orRemove<T>(
  calls: FileCalls,
  { place, temporary }: Pick<TemporaryFile, "place" | "temporary">,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    try {
      await calls.unlink(place.directory.handle, temporary);
      await calls.syncPath(place.directory.handle);
    } catch (secondError) {
      if (errnoOf(secondError) !== "ENOENT") throw leftBehind(error, secondError, place, temporary);
    }
    throw error;
  }
}

/** Writes all bytes, however few go at a time. @throws an errno error, or {Fault} Aborted. */
export async function writeAll(
  calls: FileCalls,
  file: number,
  content: Uint8Array,
  signal: AbortSignal,
  start = 0,
): Promise<void> {
  let offset = 0;
  while (offset < content.length) {
    throwIfAborted(signal);
    const range = { offset, length: content.length - offset, position: start + offset };
    offset += await calls.write(file, content, range);
  }
}

/** True when an ACL was among them: it has its own idea of the mode. */
function giveAttributes(wanted: TemporaryFile, file: number): boolean {
  const { attributes, place, restores } = wanted;
  if (attributes === undefined) return false;
  if (restores !== undefined) return restore(attributes, { file, restores }, place);
  let hasAcl = false;
  for (const name of attributes.list(place.directory.handle, place.name)) {
    if (CONTENT_ATTRIBUTES.has(name)) continue;
    keepAttribute(attributes, wanted, name, file);
    hasAcl ||= name === ACCESS_ACL;
  }
  return hasAcl;
}

function restore(
  attributes: ExtendedAttributes,
  { file, restores }: { readonly file: number; readonly restores: FileDetails },
  { path }: TemporaryFile["place"],
): boolean {
  try {
    const kept = Object.entries(restores.attributes ?? {});
    for (const [name, value] of kept) attributes.set(file, name, Buffer.from(value, "base64"));
    if (restores.modifiedNs !== undefined)
      attributes.setModified(file, BigInt(restores.modifiedNs));
    return kept.some(([name]) => name === ACCESS_ACL);
  } catch (error) {
    throw errnoFault(error, "give back the attributes of", path);
  }
}

function keepAttribute(
  attributes: ExtendedAttributes,
  { place }: TemporaryFile,
  name: string,
  file: number,
): void {
  try {
    attributes.set(file, name, attributes.get(place.directory.handle, place.name, name));
  } catch (error) {
    throw errnoFault(error, `keep the extended attribute ${name} of`, place.path);
  }
}

function leftBehind(
  error: unknown,
  secondError: unknown,
  place: TemporaryFile["place"],
  temporary: string,
): Fault {
  const first = errnoFault(error, "write", place.path);
  const path = `${place.directory.path}/${temporary}`;
  return new Fault({
    reason: first.reason,
    message: `${first.message}; and ${errnoFault(secondError, "remove the temporary file", path).message}`,
    resolution: `${first.resolution} Then remove ${path}.`,
    cause: error,
  });
}
