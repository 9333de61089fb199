import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { Fault } from "@holdfast/core";

/** Links that one path may lead through; as many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Refuses a source that root would obey although somebody else decides what it says: the file, a link on the way or a
 * directory above it is owned by another user or writable by group or others. The sticky bit does not help: it keeps
 * others from replacing what is there, not from being there first. Does nothing unless `userId` is 0.
 * @throws {Fault} SourceUnsafe, naming the first path that others can change.
 */
export function refuseUnsafeSource(path: string, userId: number | undefined): void {
  if (userId === 0) refuseUnsafe(path, SOURCE);
}

/**
 * The same for what was opened already, by itself: its directories may have been others when its path was judged.
 * @throws {Fault} SourceUnsafe.
 */
export function refuseUnsafeEntry(path: string, entry: Stats, userId: number | undefined): void {
  if (userId === 0) refuseShared(path, entry, { path, ...SOURCE });
}

/**
 * The same for a program that a service of root's is to run.
 * @throws {Fault} PathUnsafe, naming the first path that others can change.
 */
export function refuseUnsafeProgram(path: string, userId: number | undefined): void {
  if (userId === 0) refuseUnsafe(path, PROGRAM);
}

/** What root is about to trust, and what to say when it must not. */
interface Trusted {
  readonly path: string;
  readonly reason: "SourceUnsafe" | "PathUnsafe";
  readonly refusal: string;
  /** What helps whatever is wrong with the path. */
  readonly remedy: string;
}

const SOURCE = {
  reason: "SourceUnsafe",
  refusal: "root does not obey",
  remedy: "move the source to a directory that only root can write, such as /etc/holdfast",
} as const;

const PROGRAM = {
  reason: "PathUnsafe",
  refusal: "root does not run",
  remedy: "install Holdfast where only root can write, such as /usr/local/lib",
} as const;

function refuseUnsafe(path: string, kind: Omit<Trusted, "path">): void {
  const trusted = { path, ...kind };
  let rest = components(resolve(path));
  let reached: string = sep;
  let links = 0;
  refuseShared(sep, lstatSync(sep), trusted);
  while (rest.length > 0) {
    const [name = "", ...further] = rest;
    const next = resolve(reached, name);
    const entry = lstatSync(next, { throwIfNoEntry: false });
    // What does not exist is for the reading to report.
    if (entry === undefined) return;
    if (entry.isSymbolicLink()) {
      links += 1;
      if (links > MAX_LINKS) return;
      refuseForeignLink(next, entry, trusted);
      rest = [...components(resolve(dirname(next), readlinkSync(next))), ...further];
      reached = sep;
    } else {
      refuseShared(next, entry, trusted);
      rest = further;
      reached = next;
    }
  }
}

function components(absolute: string): readonly string[] {
  return absolute.split(sep).filter((name) => name !== "");
}

function refuseShared(path: string, entry: Stats, trusted: Trusted): void {
  if (entry.uid !== 0)
    throw unsafe(trusted, `${path} belongs to user ${entry.uid}`, `chown root ${path}`);
  if ((entry.mode & 0o022) === 0) return;
  const who = (entry.mode & 0o002) === 0 ? `group ${entry.gid}` : "everybody";
  const what = `${path} can be written by ${who} (mode ${(entry.mode & 0o7777).toString(8).padStart(4, "0")})`;
  // The write bits of /tmp must stay.
  const isSharedPlace = entry.isDirectory() && (entry.mode & 0o1000) !== 0;
  throw unsafe(trusted, what, isSharedPlace ? undefined : `chmod go-w ${path}`);
}

function refuseForeignLink(path: string, entry: Stats, trusted: Trusted): void {
  if (entry.uid === 0) return;
  throw unsafe(trusted, `the link ${path} belongs to user ${entry.uid}`, `chown -h root ${path}`);
}

function unsafe(
  { path, reason, refusal, remedy }: Trusted,
  why: string,
  command: string | undefined,
): Fault {
  return new Fault({
    reason,
    message: `${refusal} ${path}: ${why}`,
    resolution:
      command === undefined
        ? `Run as another user, or ${remedy}.`
        : `Run: ${command} — or ${remedy}.`,
  });
}
