import {
  ABSENT,
  type Clock,
  Fault,
  type Observation,
  present,
  throwIfAborted,
  type TreeReading,
  type TreeReadRequest,
  unknown,
} from "@holdfast/core";
import type { FileCalls, FileStat } from "../calls.ts";
import { errnoFault, errnoOf } from "../errno-fault.ts";
import { fileEntry, isDirectory, isSameInode } from "../file-entry.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { MountTable } from "../walk/mounts.ts";
import type { Located, Pass } from "../walk/pass.ts";
import { TreeSwapped, walkTree } from "./walk-tree.ts";

/** What a tree is read with. */
export interface TreeTools {
  readonly calls: FileCalls;
  readonly clock: Clock;
  readonly remote: RemoteFiles;
  readonly root: string;
  readonly openPass: () => Pass;
  readonly mountsNow: () => MountTable;
}

/** How often a tree that is swapped while it is read is read again. */
const MAX_READINGS = 8;

/**
 * Reads a tree, all of it from one directory that is held open meanwhile: when another has its place afterwards, at the top
 * or anywhere below, what was read may have been on its way out, and everything is read again.
 * @throws {Fault} Aborted.
 */
export async function readTree(
  tools: TreeTools,
  request: TreeReadRequest,
  signal: AbortSignal,
): Promise<Observation<TreeReading>> {
  try {
    for (let reading = 0; reading < MAX_READINGS; reading++) {
      throwIfAborted(signal);
      const answer = await readOnce(tools, request, signal);
      if (answer !== "swapped") return answer;
      await tools.clock.yieldTurn();
    }
    return unknown(swappedTooOften(request.path));
  } catch (error) {
    throwIfAborted(signal);
    return unknown(errnoFault(error, "read", request.path));
  }
}

type Place = Located & { readonly type: "place" };

async function readOnce(
  tools: TreeTools,
  request: TreeReadRequest,
  signal: AbortSignal,
): Promise<Observation<TreeReading> | "swapped"> {
  const { remote, root, mountsNow } = tools;
  const rootMount = mountsNow().remoteMountOn(root);
  if (rootMount !== undefined) {
    return await remote.readTree({ mountPoint: rootMount, root }, request, signal);
  }
  using pass = tools.openPass();
  const located = pass.locate(request.path, request.followLink === true);
  if (located.type === "remote") {
    return await remote.readTree({ mountPoint: located.mountPoint, root }, request, signal);
  }
  if (located.type === "missing" || located.stat === undefined) return ABSENT;
  if (!isDirectory(located.stat)) return present({ entry: fileEntry(located.stat), entries: [] });
  return await readHeld(tools, request, { pass, located, stat: located.stat }, signal);
}

async function readHeld(
  tools: TreeTools,
  request: TreeReadRequest,
  {
    pass,
    located,
    stat,
  }: { readonly pass: Pass; readonly located: Place; readonly stat: FileStat },
  signal: AbortSignal,
): Promise<Observation<TreeReading> | "swapped"> {
  const { calls, clock } = tools;
  const { directory, name } = located;
  const handle = openHere(calls, directory.handle, name);
  if (handle === undefined) return "swapped";
  try {
    const held = calls.stat(handle);
    if (!isSameInode(held, stat)) return "swapped";
    const path = name === "." ? directory.path || "/" : `${directory.path}/${name}`;
    const machinePath = pass.onMachine(path);
    const mountPoints = new Set(tools.mountsNow().mountsUnder(machinePath));
    const top = { handle, stat: held, path, machinePath };
    const entries = await walkTree({ calls, clock, request, mountPoints }, top, signal);
    return isStillThere(tools, request, held)
      ? present({ entry: fileEntry(held), entries })
      : "swapped";
  } catch (error) {
    if (error instanceof TreeSwapped) return "swapped";
    throw error;
  } finally {
    calls.close(handle);
  }
}

function openHere(calls: FileCalls, directory: number, name: string): number | undefined {
  try {
    return calls.openDirectory(directory, name);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw error;
  }
}

/** By a walk of its own: what the first one holds open would not show that a directory above was swapped. */
function isStillThere(
  { openPass }: TreeTools,
  { path, followLink }: TreeReadRequest,
  held: FileStat,
): boolean {
  using pass = openPass();
  const located = pass.locate(path, followLink === true);
  return located.type === "place" && located.stat !== undefined && isSameInode(located.stat, held);
}

function swappedTooOften(path: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `cannot read ${path}: it, or a directory in it, was replaced each of ${MAX_READINGS} times while it was read`,
    resolution: "Find the program that keeps replacing it.",
  });
}
