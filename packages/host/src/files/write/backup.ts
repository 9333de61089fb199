import { type FileWriteRequest, throwIfAborted } from "@holdfast/core";
import { changesTooFast, type OpenedFile, openSame } from "../read/local-reader.ts";
import type { FileCalls } from "../calls.ts";
import { eachChunk } from "../read/read-long.ts";
import { makeTemporary, orRemove, writeAll } from "./temporary-file.ts";
import { temporaryBackupName } from "./temporary-name.ts";
import type { WritePlace, WriteTools } from "./with-place.ts";

/**
 * Keeps the content that is about to be replaced beside the file: a durable copy with its owner, mode and attributes,
 * durable also in its name before the file itself is touched. Nothing is copied when nothing is replaced, or only by the
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
  const { directory, name, stat: replaced } = place;
  if (request.backupSuffix === undefined || replaced === undefined) return;
  const source = openSame(calls, place, replaced);
  if (source === undefined) throw changesTooFast(place.path);
  const temporary = temporaryBackupName(name, request.attempt);
  try {
    if (await isSameContent(calls, source, { directory, name: replacement }, signal)) return;
    await makeTemporary(
      calls,
      {
        place,
        temporary,
        fill: (copy) => copyContent(tools, source.file, copy, signal),
        owner: { uid: replaced.uid, gid: replaced.gid },
        mode: replaced.mode & 0o7777,
        canBeCreatedSo: true,
        attributes: await tools.attributes(),
      },
      signal,
    );
  } finally {
    calls.close(source.file);
  }
  await orRemove(calls, { place, temporary }, async () => {
    throwIfAborted(signal);
    await calls.rename(
      { directory: directory.handle, name: temporary },
      { directory: directory.handle, name: name + request.backupSuffix },
    );
  });
  await tools.directorySyncs.sync(directory);
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
