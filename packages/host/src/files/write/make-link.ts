import { Fault, type LinkRequest } from "@holdfast/core";
import { errnoOf } from "../errno-fault.ts";
import { describeType, isDirectory } from "../file-entry.ts";
import { orRemove } from "./temporary/temporary-file.ts";
import { temporaryName } from "./temporary/temporary-name.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/**
 * Makes a symbolic or hard link, durably. With `force` it takes the place of what is there in one step: a reader sees
 * the old thing or the link, never nothing.
 * @throws {Fault} AlreadyExists without `force`, WrongType for a directory, NotFound for a missing hard link target.
 */
export function makeLink(
  tools: WriteTools,
  request: LinkRequest,
  signal: AbortSignal,
): Promise<void> {
  return withPlace(
    tools,
    {
      path: request.path,
      followLink: false,
      doing: "make the link",
      call: { type: "makeLink", request },
    },
    (place) => linkAt(tools, request, place, signal),
    signal,
  );
}

async function linkAt(
  tools: WriteTools,
  request: LinkRequest,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { directory, name, stat } = place;
  if (stat !== undefined && isDirectory(stat)) throw directoryInTheWay(place);
  if (!request.force) {
    await create(tools, request, { place, name }, signal);
    await tools.directorySyncs.sync(directory);
    return;
  }
  const temporary = temporaryName(name, request.attempt);
  await create(tools, request, { place, name: temporary }, signal);
  await orRemove(tools.calls, { place, temporary }, async () => {
    const from = { directory: directory.handle, name: temporary };
    await tools.calls.rename(from, { directory: directory.handle, name });
  });
  await removeRest(tools, place, temporary);
  await tools.directorySyncs.sync(directory);
}

async function create(
  tools: WriteTools,
  request: LinkRequest,
  { place, name }: { place: WritePlace; name: string },
  signal: AbortSignal,
): Promise<void> {
  const { calls } = tools;
  const to = { directory: place.directory.handle, name };
  if (!request.hard) {
    await calls.symlink(request.target, to.directory, name);
    return;
  }
  await withPlace(
    tools,
    { path: request.target, followLink: false, doing: "link to", call: undefined },
    async (source) => {
      if (source.stat === undefined) throw targetMissing(request);
      if (isDirectory(source.stat)) throw targetIsDirectory(request, describeType(source.stat));
      await calls.link({ directory: source.directory.handle, name: source.name }, to);
    },
    signal,
  );
}

/** Renaming one hard link of an inode over another of the same does nothing at all, and says that all is well. */
async function removeRest(
  { calls }: WriteTools,
  { directory }: WritePlace,
  temporary: string,
): Promise<void> {
  if (calls.lookup(directory.handle, temporary) === undefined) return;
  try {
    await calls.unlink(directory.handle, temporary);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function directoryInTheWay(place: WritePlace): Fault {
  return new Fault({
    reason: "WrongType",
    message: `cannot make the link ${place.path}: a directory is there`,
    resolution: "Remove the directory if nothing in it is needed, or correct the path.",
  });
}

function targetMissing(request: LinkRequest): Fault {
  return new Fault({
    reason: "NotFound",
    message: `cannot make the hard link ${request.path}: its target ${request.target} does not exist`,
    resolution: "Declare the target, or correct its path.",
  });
}

function targetIsDirectory(request: LinkRequest, what: string): Fault {
  return new Fault({
    reason: "WrongType",
    message: `cannot make the hard link ${request.path}: its target ${request.target} is ${what}`,
    resolution: "Use a symbolic link for a directory.",
  });
}
