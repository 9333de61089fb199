import {
  ABSENT,
  Fault,
  type FileEntry,
  type FileReader,
  type FileReading,
  isUngivenHome,
  type LocalUser,
  type Observation,
  present,
  unknown,
} from "@holdfast/core";
import { toByteString, wideTextFault } from "../byte-text.ts";
import { wrongType } from "../path-faults.ts";

/** Largest file of keys that is edited. */
export const MAX_KEYS_BYTES = 1_048_576;

/** Rights of group and others to write, with which sshd takes no key out of a file. */
const WRITABLE_BY_OTHERS = 0o022;
const READABLE_BY_ALL = 0o004;
const PERMISSIONS = 0o777;

/** Where the keys of a user are, and what is there. */
export interface KeyPlace {
  readonly user: Pick<LocalUser, "name" | "uid" | "gid" | "home">;
  readonly directory: string;
  readonly path: string;
  /** `undefined`: there is no such directory. */
  readonly directoryMode?: number;
  /** The directory was made, and its owner did not get it: the making was cut off. */
  readonly isUngiven?: boolean;
  /** `undefined`: there is no such file. */
  readonly file?: KeyFile;
}

/** A file of keys. */
export interface KeyFile {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** A byte string. */
  readonly content: string;
}

/** The paths that matter to the keys of a user; none for one that is not there, or has no home. */
export function pathsOfUser(user: LocalUser | undefined): readonly string[] {
  const place = user === undefined ? undefined : placeOf(user);
  return place === undefined || place instanceof Fault ? [] : [place.directory, place.path];
}

/**
 * Reads where the keys of many users are. No link is followed that a user could have made, and what is in a place of a
 * user is believed only where it is that user's: somebody who moved or linked a file of another there would have root
 * copy it and give it away.
 */
export async function readKeyPlaces(
  users: readonly LocalUser[],
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly Observation<KeyPlace>[]> {
  const places = users.map(placeOf);
  const requests = places.flatMap((place) =>
    place instanceof Fault
      ? []
      : [
          { path: place.directory, content: "none" as const },
          { path: place.path, content: "bytes" as const, maxBytes: MAX_KEYS_BYTES },
        ],
  );
  const readings = await files.readMany(requests, signal);
  let next = 0;
  return places.map((place) => {
    if (place instanceof Fault) return unknown(place);
    const [directory = ABSENT, file = ABSENT] = readings.slice(next, next + 2);
    next += 2;
    return joinPlace(place, directory, file);
  });
}

/** The mode with which sshd takes keys out of a file. */
export function acceptedMode(mode: number): number {
  return mode & PERMISSIONS & ~WRITABLE_BY_OTHERS;
}

/** True for a mode with which it does. */
export function isAcceptedMode(mode: number): boolean {
  return (mode & WRITABLE_BY_OTHERS) === 0;
}

/** sshd reads the keys of a home directory that the accounts name; anything but a plain path is not guessed at. */
function placeOf({ name, uid, gid, home }: LocalUser): KeyPlace | Fault {
  if (!/^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/.test(home) || home.split("/").includes("..")) {
    return new Fault({
      reason: "PathUnsafe",
      message: `the home directory of ${name} is no plain absolute path`,
      resolution: "Correct the home directory of the user.",
    });
  }
  const directory = `${home === "/" ? "" : home}/.ssh`;
  return { user: { name, uid, gid, home }, directory, path: `${directory}/authorized_keys` };
}

function joinPlace(
  place: KeyPlace,
  directory: Observation<FileReading>,
  file: Observation<FileReading>,
): Observation<KeyPlace> {
  if (directory.type === "unknown") return directory;
  if (file.type === "unknown") return file;
  if (directory.type === "absent") return present(place);
  const { entry } = directory.value;
  const fault = directoryProblem(place, entry);
  if (fault !== undefined) return unknown(fault);
  const isUngiven = isUngivenHome(entry, place.user.uid);
  const found = { ...place, directoryMode: entry.mode, ...(isUngiven ? { isUngiven } : {}) };
  if (file.type === "absent") return present(found);
  const { bytes } = file.value;
  const problem = fileProblem(place, file.value.entry, bytes);
  if (problem !== undefined || bytes === undefined) return unknown(problem ?? tooLarge(place));
  const { mode, uid, gid } = file.value.entry;
  return present({ ...found, file: { mode, uid, gid, content: toByteString(bytes) } });
}

function directoryProblem({ user, directory }: KeyPlace, entry: FileEntry): Fault | undefined {
  if (entry.type !== "directory") {
    const found = { path: directory, type: entry.type };
    return wrongType(found, "a directory", `Move ${directory} out of the way.`);
  }
  const isOwn = entry.uid === user.uid || entry.uid === 0;
  return isOwn ? undefined : foreign(user, directory, `it belongs to uid ${entry.uid}`);
}

function fileProblem(
  place: KeyPlace,
  entry: FileEntry,
  bytes: Uint8Array | undefined,
): Fault | undefined {
  const { user, path } = place;
  if (entry.type !== "file") {
    const found = { path, type: entry.type };
    return wrongType(found, "a regular file", `Move ${path} out of the way.`);
  }
  if (entry.linkCount > 1) return foreign(user, path, `it has ${entry.linkCount} hard links`);
  const isRoots = entry.uid === 0 && (entry.mode & READABLE_BY_ALL) !== 0;
  if (entry.uid !== user.uid && !isRoots) {
    return foreign(user, path, `it belongs to uid ${entry.uid}, so that sshd takes no key of it`);
  }
  return bytes === undefined ? tooLarge(place) : wideTextFault(bytes, path);
}

function foreign({ name }: KeyPlace["user"], path: string, why: string): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `${path} is not taken for the keys of ${name}: ${why}`,
    resolution: `Find out how it came there. If it is the user's, make ${name} its owner; else remove it.`,
  });
}

function tooLarge({ path }: KeyPlace): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${path} has more than ${MAX_KEYS_BYTES} bytes`,
    resolution: "Remove what are no keys from it.",
  });
}
