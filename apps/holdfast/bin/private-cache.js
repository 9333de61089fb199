// Where compiled code may be kept. Node runs code from a compile cache without a check of the source, so
// a cache that somebody else could write is somebody else's code: the default, a directory in /tmp, would let any user
// plant code for root.
import { lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The first of these that nobody else can write: beside the bundle, or in the user's own cache directory. `undefined`
 * when there is none; then nothing is cached.
 */
export function findPrivateCache(dist, environment) {
  const userId = process.geteuid?.();
  if (userId === undefined) return undefined;
  const own = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const candidates = [join(dist, "compile-cache"), join(own, "holdfast", "compile")];
  return candidates.find((path) => path.startsWith("/") && makePrivate(path, userId));
}

/** Makes the directory, when its place is safe, and says whether it is this user's alone. */
function makePrivate(path, userId) {
  try {
    if (!isSafe(nearestExisting(path), userId)) return false;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return lstatSync(path).uid === userId && isSafe(path, userId);
  } catch (error) {
    // A home that is missing or read-only only means that nothing is cached.
    if (typeof error.code === "string") return false;
    throw error;
  }
}

function nearestExisting(path) {
  return lstatSync(path, { throwIfNoEntry: false }) ? path : nearestExisting(dirname(path));
}

/**
 * Whether only this user and root can change the directory or put another in its place. In a directory with the
 * sticky bit others can add entries but not replace ours; it is fine above, never as the cache itself.
 */
export function isSafe(path, userId, isAbove = false) {
  const entry = lstatSync(path);
  const isOwn = entry.uid === userId || entry.uid === 0;
  const isShared = (entry.mode & 0o022) !== 0 && !(isAbove && (entry.mode & 0o1000) !== 0);
  if (!entry.isDirectory() || !isOwn || isShared) return false;
  const parent = dirname(path);
  return parent === path || isSafe(parent, userId, true);
}
