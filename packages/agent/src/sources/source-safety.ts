import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { type Diagnostic, Fault } from "@holdfast/core";

/** Links that one path may lead through; as many as Linux follows. */
const MAX_LINKS = 40;

/** Whom a source is taken from. */
export interface SourceTrust {
  /** The effective user: as 0, what others can write is refused. `undefined` where the platform has none. */
  readonly userId: number | undefined;
  /** The user who ran sudo, and so may do what root may. Default: nobody is known. */
  readonly sudoUserId?: number;
  /** What belongs to that user is taken too. Default false. */
  readonly trustsSudoUser?: boolean;
  /** A service will read it again and again: a directory that others fill and the machine empties is refused. Default false. */
  readonly isLasting?: boolean;
}

/**
 * Refuses a source that root would obey although somebody else decides what it says: the file, a link on the way or a
 * directory above it is owned by another user or writable by group or others. A sticky directory of root's, such as /tmp,
 * may be on the way: others can put something there first, but nobody can make it root's own, or replace it afterwards.
 * Does nothing unless `userId` is 0.
 *
 * Tells whether the source was taken only because the user who ran sudo is trusted.
 * @throws {Fault} SourceUnsafe, naming the first path that others can change.
 */
export function refuseUnsafeSource(path: string, trust: SourceTrust): boolean {
  return trust.userId === 0 && refuseUnsafe(trustedSource(path, trust));
}

/** Says that root obeys another user, where `refuseUnsafeSource` took a source for that reason. */
export function trustWarning(path: string, { sudoUserId }: SourceTrust): Diagnostic {
  const detail = `${path} belongs to user ${sudoUserId}, who ran sudo: root does what that user, and whatever runs as that user, writes there.`;
  return { severity: "warning", address: path, summary: "Source of another user", detail };
}

/**
 * The same for secrets and keys, which nothing but root's own directories may lead to.
 * @throws {Fault} SourceUnsafe, naming the first path that others can change.
 */
export function refuseUnsafeSecrets(path: string, userId: number | undefined): void {
  if (userId === 0) refuseUnsafe({ path, ...SOURCE, ...NOBODY_ELSE });
}

/**
 * The same for what was opened already, by itself: its directories may have been others when its path was judged.
 * @throws {Fault} SourceUnsafe.
 */
export function refuseUnsafeEntry(path: string, stat: Stats, trust: SourceTrust): void {
  if (trust.userId !== 0) return;
  refuseShared({ path, stat, isLast: !stat.isDirectory() }, trustedSource(path, trust));
}

function trustedSource(path: string, trust: SourceTrust): Trusted {
  const { sudoUserId, trustsSudoUser = false, isLasting = false } = trust;
  const sudo = sudoUserId === undefined ? {} : { sudoUserId };
  return { path, ...SOURCE, ...sudo, trustsSudoUser, passesSticky: !isLasting };
}

/**
 * The same for a program that a service of root's is to run.
 * @throws {Fault} PathUnsafe, naming the first path that others can change.
 */
export function refuseUnsafeProgram(path: string, userId: number | undefined): void {
  if (userId === 0) refuseUnsafe({ path, ...PROGRAM, ...NOBODY_ELSE });
}

/** What root is about to trust, and what to say when it must not. */
interface Trusted {
  readonly path: string;
  readonly reason: "SourceUnsafe" | "PathUnsafe";
  readonly refusal: string;
  /** What helps whatever is wrong with the path. */
  readonly remedy: string;
  readonly sudoUserId?: number;
  readonly trustsSudoUser: boolean;
  /** A sticky directory of root's may be on the way. */
  readonly passesSticky: boolean;
}

const NOBODY_ELSE = { trustsSudoUser: false, passesSticky: false } as const;

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

/** An entry on the way to what is to be trusted. */
interface Entry {
  readonly path: string;
  readonly stat: Stats;
  /** It is what was named, and not on the way to it. */
  readonly isLast: boolean;
}

function refuseUnsafe(trusted: Trusted): boolean {
  let rest = components(resolve(trusted.path));
  let reached: string = sep;
  let links = 0;
  let isOfUser = false;
  let isShared = refuseShared({ path: sep, stat: lstatSync(sep), isLast: false }, trusted);
  while (rest.length > 0) {
    const [name = "", ...further] = rest;
    const path = resolve(reached, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // What does not exist is for the reading to report.
    if (stat === undefined) return isOfUser;
    if (isShared) refuseSecondName(path, stat, trusted);
    isOfUser ||= stat.uid !== 0;
    if (stat.isSymbolicLink()) {
      links += 1;
      if (links > MAX_LINKS) return isOfUser;
      refuseForeign(path, stat, trusted);
      rest = [...components(resolve(dirname(path), readlinkSync(path))), ...further];
      [reached, isShared] = [sep, false];
    } else {
      isShared = refuseShared({ path, stat, isLast: further.length === 0 }, trusted);
      [reached, rest] = [path, further];
    }
  }
  return isOfUser;
}

/** Who may not write a file of root's can still give it a second name, and so choose which of them is obeyed. */
function refuseSecondName(path: string, stat: Stats, trusted: Trusted): void {
  if (stat.isDirectory() || stat.nlink === 1) return;
  throw unsafe(trusted, `${path} has ${stat.nlink} names, and others can make one there`);
}

function components(absolute: string): readonly string[] {
  return absolute.split(sep).filter((name) => name !== "");
}

/** Tells whether it is a directory that others can put entries into, and yet may be passed. */
function refuseShared({ path, stat, isLast }: Entry, trusted: Trusted): boolean {
  refuseForeign(path, stat, trusted);
  if ((stat.mode & 0o022) === 0) return false;
  const isSticky = stat.isDirectory() && (stat.mode & 0o1000) !== 0;
  if (isSticky && stat.uid === 0 && !isLast && trusted.passesSticky) return true;
  const who = (stat.mode & 0o002) === 0 ? `group ${stat.gid}` : "everybody";
  const what = `${path} can be written by ${who} (mode ${(stat.mode & 0o7777).toString(8).padStart(4, "0")})`;
  // The write bits of /tmp must stay.
  throw unsafe(trusted, what, isSticky ? undefined : `chmod go-w ${path}`);
}

function refuseForeign(path: string, stat: Stats, trusted: Trusted): void {
  const { uid } = stat;
  if (uid === 0) return;
  const isSudoUser = uid === trusted.sudoUserId;
  if (isSudoUser && trusted.trustsSudoUser) return;
  const [noun, flag] = stat.isSymbolicLink() ? ["the link ", "-h "] : ["", ""];
  const offer = isSudoUser ? " Or let root obey the user who ran sudo: --trust-source." : "";
  const what = `${noun}${path} belongs to user ${uid}`;
  throw unsafe(trusted, what, `chown ${flag}root ${path}`, offer);
}

function unsafe(
  { path, reason, refusal, remedy }: Trusted,
  why: string,
  command?: string,
  offer = "",
): Fault {
  const advice =
    command === undefined
      ? `Run as another user, or ${remedy}.`
      : `Run: ${command} — or ${remedy}.`;
  return new Fault({
    reason,
    message: `${refusal} ${path}: ${why}`,
    resolution: `${advice}${offer}`,
  });
}
