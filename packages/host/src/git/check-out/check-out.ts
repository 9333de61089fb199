import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename } from "node:path";
import type { CheckOutRequest, CheckOutResult } from "@holdfast/core";
import { errnoFault } from "../../files/errno-fault.ts";
import { findCheckout } from "../repository/find-checkout.ts";
import { inTheWay } from "../run/git-faults.ts";
import type { GitMachine } from "../run/git-machine.ts";
import { onMachine } from "../run/run-git.ts";
import { bringTo } from "./bring-to.ts";
import { idsOf, initialize } from "./prepare-repository.ts";

/** Makes a checkout at a place, or makes the one that is there as it should be. See the port. */
export async function checkOut(
  machine: GitMachine,
  request: CheckOutRequest,
  signal: AbortSignal,
): Promise<CheckOutResult> {
  const { path } = request.place;
  const found = await findCheckout(machine, request, signal);
  switch (found.type) {
    case "other":
      throw inTheWay("WrongType", `${path} is a ${found.what}, not a checkout`);
    case "directory":
      if (!found.isEmpty)
        throw inTheWay("DirectoryNotEmpty", `${path} holds files and no repository`);
      return makeIn(machine, request, signal);
    case "absent":
      return makeBeside(machine, request, signal);
    default:
      return bringTo(machine, request, {}, signal);
  }
}

/**
 * Makes a checkout beside its path and moves it there when it is whole. What an attempt left that was killed goes first.
 */
async function makeBeside(
  machine: GitMachine,
  request: CheckOutRequest,
  signal: AbortSignal,
): Promise<CheckOutResult> {
  const { files } = machine;
  const { path } = request.place;
  const beside = besidePath(path);
  await files.remove({ path: beside, recursive: true }, signal);
  try {
    await files.makeDirectory(
      { path: beside, mode: 0o755, ...(await idsOf(machine, request.place, signal)) },
      signal,
    );
    const result = await makeIn(
      machine,
      { ...request, place: { ...request.place, path: beside } },
      signal,
    );
    await moveTo(machine, beside, path);
    return result;
  } finally {
    // Whatever ended the work, what it made beside the path goes.
    await files.remove({ path: beside, recursive: true }, new AbortController().signal);
  }
}

/** Where a checkout is made before it is moved to its path. */
function besidePath(path: string): string {
  const slash = path.lastIndexOf("/");
  return `${path.slice(0, slash)}/.${path.slice(slash + 1)}.holdfast-clone`;
}

/** Both names are of one directory that is held open: whoever may exchange a directory on the way moves nothing elsewhere. */
async function moveTo(machine: GitMachine, from: string, to: string): Promise<void> {
  const parent = to.slice(0, to.lastIndexOf("/")) || "/";
  try {
    const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW;
    await using directory = await open(onMachine(machine, parent), flags);
    const at = (path: string): string => `/proc/self/fd/${directory.fd}/${basename(path)}`;
    await rename(at(from), at(to));
    await directory.sync();
  } catch (error) {
    throw errnoFault(error, "make", to);
  }
}

/** Makes a checkout in a directory that is there and empty. */
async function makeIn(
  machine: GitMachine,
  request: CheckOutRequest,
  signal: AbortSignal,
): Promise<CheckOutResult> {
  await initialize(machine, request.place, signal);
  return bringTo(machine, request, { isNew: true }, signal);
}
