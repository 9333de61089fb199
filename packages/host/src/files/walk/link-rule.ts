import { Fault } from "@holdfast/core";
import type { FileStat } from "../calls.ts";

const WRITABLE_BY_OTHERS = 0o022;

/** A symbolic link in its directory, and who asks. */
export interface LinkSight {
  /** The link's path inside the root. */
  readonly path: string;
  readonly link: FileStat;
  readonly directory: FileStat;
  /** The agent's effective uid: its own links are as good as root's. */
  readonly ownUid: number;
}

/**
 * Says why a symbolic link is not followed; `undefined` when it may be: it and its directory belong to root (or to
 * the agent), and nobody else can write the directory. The sticky bit is not enough: it keeps others from replacing
 * a link, not from planting one.
 */
export function refuseLink(sight: LinkSight): Fault | undefined {
  const problem = linkProblem(sight);
  if (problem === undefined) return undefined;
  const directoryPath = sight.path.slice(0, sight.path.lastIndexOf("/")) || "/";
  const owner = sight.ownUid === 0 ? "root" : `root or uid ${sight.ownUid}`;
  return new Fault({
    reason: "PathUnsafe",
    message: `${sight.path} is a symbolic link that is not followed: ${problem}`,
    resolution:
      `Name the real path, or make ${owner} the owner of the link and of ${directoryPath} ` +
      `and take write access to that directory from group and others.`,
  });
}

/** True when only root and the agent itself can change what is in a directory. */
export function isTrustedDirectory(directory: FileStat, ownUid: number): boolean {
  return isTrustedOwner(directory.uid, ownUid) && (directory.mode & WRITABLE_BY_OTHERS) === 0;
}

function linkProblem({ link, directory, ownUid }: LinkSight): string | undefined {
  if (!isTrustedOwner(link.uid, ownUid)) return `it belongs to uid ${link.uid}`;
  if (!isTrustedOwner(directory.uid, ownUid))
    return `its directory belongs to uid ${directory.uid}`;
  if ((directory.mode & WRITABLE_BY_OTHERS) !== 0)
    return `group or others can write its directory (mode ${octal(directory.mode)})`;
  return undefined;
}

function isTrustedOwner(uid: number, ownUid: number): boolean {
  return uid === 0 || uid === ownUid;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
