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
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const { directory, name, stat: replaced } = place;
  if (request.backupSuffix === undefined || replaced === undefined) return;
  const source = openSame(calls, place, replaced);
  if (source === undefined) throw changesTooFast(place.path);
  const temporary = temporaryBackupName(name, request.attempt);
  try {
    if (await holds(calls, source, request.content, signal)) return;
    await makeTemporary(
      calls,
      {
        place,
        temporary,
        fill: (copy) => copyContent(tools, source.file, copy, signal),
        owner: { uid: replaced.uid, gid: replaced.gid },
        mode: replaced.mode & 0o7777,
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

/** True when an open file has just this content. */
async function holds(
  calls: FileCalls,
  { file, stat }: OpenedFile,
  content: Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  if (stat.size !== content.length) return false;
  let position = 0;
  let isSame = true;
  await eachChunk(calls, file, signal, (chunk) => {
    const wanted = content.subarray(position, position + chunk.length);
    position += chunk.length;
    isSame = Buffer.compare(chunk, wanted) === 0;
    return isSame;
  });
  return isSame && position === content.length;
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
