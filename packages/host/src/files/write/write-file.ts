import { Fault, type FileWriteRequest, throwIfAborted } from "@holdfast/core";
import type { CallerIdentity, FileStat, OwnerIds } from "../calls.ts";
import { describeType, isRegular, isSameInode } from "../file-entry.ts";
import { makeBackup } from "./backup.ts";
import { ExpectedFile } from "./expected-file.ts";
import { fillContent } from "./fill-content.ts";
import { createMode, NotKept, notKept } from "../file-modes.ts";
import { makeTemporary, orRemove, type TemporaryFile } from "./temporary/temporary-file.ts";
import { checkedName, temporaryName } from "./temporary/temporary-name.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/**
 * Replaces or makes a regular file so that a reader, and a machine that loses power, sees the old file or the new
 * one, complete: temporary file → content → owner → mode → extended attributes → fsync → validate → backup → comparison
 * with what was expected → rename → fsync of the directory.
 * @throws {Fault} as `FileWriter` says, and what `validate` throws.
 */
export function writeFile(
  tools: WriteTools,
  request: FileWriteRequest,
  signal: AbortSignal,
): Promise<void> {
  const { path, followLink = false } = request;
  return withPlace(
    tools,
    { path, followLink, doing: "write", call: { type: "write", request } },
    (place) => writeAt(tools, request, place, signal),
    signal,
  );
}

/** Who stops now would lose what others wrote. */
const UNSTOPPED: AbortSignal = new AbortController().signal;

async function writeAt(
  tools: WriteTools,
  request: FileWriteRequest,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const replaced = place.stat;
  if (replaced !== undefined && !isRegular(replaced)) throw wrongType(place, replaced);
  const isChecked = request.validate !== undefined;
  const temporary = (isChecked ? checkedName : temporaryName)(place.name, request.attempt);
  using expected = expectedFile(tools, request, place);
  let sizeBytes = 0;
  const wanted = {
    place,
    temporary,
    fill: async (file: number) => {
      sizeBytes = await fillContent(calls, file, request.content, signal);
    },
    owner: ownerOf(request, replaced),
    ...modesOf(request, replaced, tools.identity),
    canBeCreatedSo: canBeCreatedSo(request),
    attributes:
      replaced === undefined && request.restores === undefined
        ? undefined
        : await tools.attributes(),
    restores: request.restores,
  };
  await makeTemporary(calls, wanted, signal).catch((error: unknown) => {
    throw error instanceof NotKept ? notKept(error, "write", place.path) : error;
  });
  await orRemove(calls, { place, temporary }, async () => {
    await validate(tools, request, place, { temporary, sizeBytes });
    await makeBackup(tools, request, { place, temporary }, signal);
    throwIfAborted(signal);
    await expected?.beforeRename(temporary);
    const directory = place.directory.handle;
    await calls.rename({ directory, name: temporary }, { directory, name: place.name });
  });
  await tools.directorySyncs.sync(place.directory);
  if (expected === undefined) return;
  const others = await expected.afterRename();
  if (others === undefined) return;
  const fill = async (file: number): Promise<void> => {
    await fillContent(calls, file, others, UNSTOPPED);
  };
  await putBack(tools, { ...wanted, fill });
  throw expected.changed();
}

/** What others wrote while the file was replaced takes its place again: nobody's work is lost, and it is edited anew. */
async function putBack(
  tools: WriteTools,
  wanted: TemporaryFile & { readonly place: WritePlace },
): Promise<void> {
  const { calls } = tools;
  const { place, temporary } = wanted;
  await makeTemporary(calls, wanted, UNSTOPPED);
  await orRemove(calls, { place, temporary }, async () => {
    const directory = place.directory.handle;
    await calls.rename({ directory, name: temporary }, { directory, name: place.name });
  });
  await tools.directorySyncs.sync(place.directory);
}

function expectedFile(
  tools: WriteTools,
  request: FileWriteRequest,
  place: WritePlace,
): ExpectedFile | undefined {
  const { expects } = request;
  return expects === undefined ? undefined : new ExpectedFile(tools, place, { request, expects });
}

function ownerOf(request: FileWriteRequest, replaced: FileStat | undefined): OwnerIds | undefined {
  const uid = request.uid ?? replaced?.uid ?? -1;
  const gid = request.gid ?? replaced?.gid ?? -1;
  return uid === -1 && gid === -1 ? undefined : { uid, gid };
}

type Modes = Pick<TemporaryFile, "mode" | "createMode">;

function modesOf(
  request: FileWriteRequest,
  replaced: FileStat | undefined,
  identity: CallerIdentity,
): Modes {
  if (request.mode !== undefined) return { mode: request.mode };
  if (replaced !== undefined) return { mode: replaced.mode & 0o7777 };
  return { mode: undefined, createMode: createMode(identity, "file") };
}

/** What is declared is kept from others until it is complete, and content that is streamed comes only once. */
function canBeCreatedSo({ mode, uid, gid, content }: FileWriteRequest): boolean {
  const isDeclared = [mode, uid, gid].some((one) => one !== undefined);
  return !isDeclared && content instanceof Uint8Array;
}

/** Who may write the directory could have put another file in the place of the one that is being checked. */
async function validate(
  tools: WriteTools,
  request: FileWriteRequest,
  place: WritePlace,
  { temporary, sizeBytes }: { readonly temporary: string; readonly sizeBytes: number },
): Promise<void> {
  if (request.validate === undefined) return;
  const observe = () => tools.calls.lookup(place.directory.handle, temporary);
  const before = observe();
  await request.validate(place.pass.onMachine(`${place.directory.path}/${temporary}`));
  const after = observe();
  const isSame =
    before !== undefined &&
    after !== undefined &&
    isSameInode(before, after) &&
    after.size === (request.finishedSizeBytes ?? sizeBytes);
  if (isSame) return;
  throw new Fault({
    reason: "ValidationFailed",
    message: `cannot write ${place.path}: its temporary file was changed while it was checked`,
    resolution: "Use a check that only reads, and a directory that only its owner can write.",
  });
}

function wrongType(place: WritePlace, stat: FileStat): Fault {
  const what = describeType(stat);
  return new Fault({
    reason: "WrongType",
    message: `cannot write ${place.path}: ${what} is there`,
    resolution: what.includes("link")
      ? "Name the file that the link leads to, set followLink, or remove the link."
      : "Remove what is there if it is not needed, or correct the path.",
  });
}
