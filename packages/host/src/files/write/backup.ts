import { type FileWriteRequest, throwIfAborted } from "@holdfast/core";
import { changesTooFast, type OpenedFile, openSame } from "../read/local-reader.ts";
import type { FileCalls } from "../calls.ts";
import { eachChunk } from "../read/read-long.ts";
import { makeTemporary, orRemove, writeAll } from "./temporary/temporary-file.ts";
import { temporaryBackupName } from "./temporary/temporary-name.ts";
import type { WritePlace, WriteTools } from "./with-place.ts";

/**
 * Keeps the content that is about to be replaced beside the file: durable copies with its owner, mode and attributes,
 * durable also in their names before the file itself is touched. Nothing is copied when nothing is replaced, or only by the
 * same content: a write that is repeated must not put the new content in the place of the old in the backup.
 * @throws an errno error or a {Fault}.
 */
export async function makeBackup(
  tools: WriteTools,
  request: FileWriteRequest,
  { place, temporary: replacement }: { readonly place: WritePlace; readonly temporary: string },
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const { directory, stat: replaced } = place;
  const suffixes = replaced === undefined ? [] : suffixesOf(tools, request, place);
  if (replaced === undefined || suffixes.length === 0) return;
  const source = openSame(calls, place, replaced);
  if (source === undefined) throw changesTooFast(place.path);
  try {
    if (await isSameContent(calls, source, { directory, name: replacement }, signal)) return;
    for (const suffix of suffixes) {
      await keepCopy(tools, { place, source, attempt: request.attempt, suffix }, signal);
    }
  } finally {
    calls.close(source.file);
  }
  await tools.directorySyncs.sync(directory);
}

/** The original first: it must never be one that the backup has lost. Whatever has its name keeps it. */
function suffixesOf(
  { calls }: WriteTools,
  { backupSuffix, originalSuffix }: FileWriteRequest,
  { directory, name }: WritePlace,
): readonly string[] {
  const isMissing =
    originalSuffix !== undefined &&
    calls.lookup(directory.handle, name + originalSuffix) === undefined;
  return [...(isMissing ? [originalSuffix] : []), ...(backupSuffix ? [backupSuffix] : [])];
}

interface Copy {
  readonly place: WritePlace;
  readonly source: OpenedFile;
  readonly attempt: string;
  readonly suffix: string;
}

async function keepCopy(
  tools: WriteTools,
  { place, source, attempt, suffix }: Copy,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const { directory, name } = place;
  const { uid, gid, mode } = source.stat;
  const temporary = temporaryBackupName(name, attempt);
  await makeTemporary(
    calls,
    {
      place,
      temporary,
      fill: (copy) => copyContent(tools, source.file, copy, signal),
      owner: { uid, gid },
      mode: mode & 0o7777,
      canBeCreatedSo: true,
      attributes: await tools.attributes(),
    },
    signal,
  );
  await orRemove(calls, { place, temporary }, async () => {
    throwIfAborted(signal);
    await calls.rename(
      { directory: directory.handle, name: temporary },
      { directory: directory.handle, name: name + suffix },
    );
  });
}

/** True when an open file has just the content of the one that is to replace it. */
async function isSameContent(
  calls: FileCalls,
  { file, stat }: OpenedFile,
  { directory, name }: { readonly directory: WritePlace["directory"]; readonly name: string },
  signal: AbortSignal,
): Promise<boolean> {
  if (calls.lookup(directory.handle, name)?.size !== stat.size) return false;
  const other = calls.openFile(directory.handle, name);
  try {
    let position = 0;
    let isSame = true;
    await eachChunk(calls, file, signal, async (chunk) => {
      isSame = await startsWith(calls, other, { chunk, position });
      position += chunk.length;
      return isSame;
    });
    return isSame && position === stat.size;
  } finally {
    calls.close(other);
  }
}

async function startsWith(
  calls: FileCalls,
  file: number,
  { chunk, position }: { readonly chunk: Uint8Array; readonly position: number },
): Promise<boolean> {
  const { length } = chunk;
  const own = new Uint8Array(length);
  const count = await calls.read(file, own, { offset: 0, length, position });
  return count === length && Buffer.compare(own, chunk) === 0;
}

async function copyContent(
  { calls }: WriteTools,
  source: number,
  copy: number,
  signal: AbortSignal,
): Promise<void> {
  let position = 0;
  await eachChunk(calls, source, signal, async (chunk) => {
    await writeAll(calls, copy, chunk, signal, position);
    position += chunk.length;
    return true;
  });
}
