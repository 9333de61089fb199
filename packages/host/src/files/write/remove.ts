import { Fault } from "@holdfast/core";
import { isDirectory } from "../file-entry.ts";
import { emptyTree, unlessGone } from "./empty-tree.ts";
import { type WritePlace, type WriteTools, withPlace } from "./with-place.ts";

/** What to remove. */
export interface RemoveRequest {
  readonly path: string;
  readonly recursive?: boolean;
}

/**
 * Removes a file, a link or a directory, durably; nothing there is fine. A tree with a mount in it is refused before anything
 * is removed; of any other all goes that can.
 * @throws {Fault} DirectoryNotEmpty without `recursive`, IsMountPoint.
 */
export async function remove(
  tools: WriteTools,
  request: RemoveRequest,
  signal: AbortSignal,
): Promise<void> {
  try {
    await withPlace(
      tools,
      {
        path: request.path,
        followLink: false,
        doing: "remove",
        call: { type: "remove", request },
      },
      (place) => removeAt(tools, request, place, signal),
      signal,
    );
  } catch (error) {
    // Without its directory it is not there either.
    if (!(error instanceof Fault) || error.reason !== "NotFound") throw error;
  }
}

async function removeAt(
  tools: WriteTools,
  request: RemoveRequest,
  place: WritePlace,
  signal: AbortSignal,
): Promise<void> {
  const { directory, name, stat } = place;
  if (stat === undefined) return;
  if (!isDirectory(stat)) {
    await unlessGone(tools.calls.unlink(directory.handle, name));
  } else {
    refuseMounts(tools, place);
    tools.passes.supersede();
    const left = request.recursive === true && (await emptyTree(tools, place, stat.dev, signal));
    if (left instanceof Fault) throw left;
    await unlessGone(tools.calls.removeDirectory(directory.handle, name));
  }
  await tools.directorySyncs.sync(directory);
}

/** A bind mount has the device of what it shows, so devices alone do not tell. */
function refuseMounts(tools: WriteTools, place: WritePlace): void {
  const [mountPoint] = tools.mountsNow().mountsUnder(place.pass.onMachine(place.path));
  if (mountPoint === undefined) return;
  throw new Fault({
    reason: "IsMountPoint",
    message: `cannot remove ${place.path}: ${mountPoint} is a mount point`,
    resolution: "Unmount it first.",
  });
}
