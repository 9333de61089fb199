import {
  type AccountSnapshot,
  Fault,
  type LocalGroup,
  type LocalUser,
  parseAccountId,
  type UserChanges,
} from "@holdfast/core";
import { type AccountWork, unknownAccount } from "./account-work.ts";
import { checkUserFields } from "./check-input.ts";
import { ownsHome, readHome } from "./home-place.ts";

/** Changes fields of passwd(5), those that differ alone and all at once: a busy user is refused before anything changes. */
export async function changeUser(
  work: AccountWork,
  name: string,
  changes: UserChanges,
  signal: AbortSignal,
): Promise<void> {
  checkUserFields(changes);
  const { users, groups } = await work.read(signal);
  const user = users.byName.get(name);
  if (user === undefined) throw unknownAccount("user", name);
  const moving = await planMove(work, user, changes, signal);
  const run = (args: readonly string[]): Promise<void> =>
    work.runTool({ tool: "usermod", args: [...args, name] }, name, signal);
  if (moving?.returnTo !== undefined) await run(["--home", moving.returnTo]);
  const args = [...fieldArguments(user, changes, groups), ...homeArguments(user, changes, moving)];
  if (args.length > 0) await run(args);
}

/** Where a group is named by its number, or by a name that only a name service knows, the tool decides. */
export function isPrimaryGroup(
  user: LocalUser,
  group: string,
  groups: AccountSnapshot<LocalGroup>,
): boolean {
  return user.gid === (parseAccountId(group) ?? groups.byName.get(group)?.gid);
}

function fieldArguments(
  user: LocalUser,
  { uid, primaryGroup, comment, shell }: UserChanges,
  groups: AccountSnapshot<LocalGroup>,
): readonly string[] {
  const args: string[] = [];
  if (uid !== undefined && uid !== user.uid) args.push("--uid", String(uid));
  if (primaryGroup !== undefined && !isPrimaryGroup(user, primaryGroup, groups)) {
    args.push("--gid", primaryGroup);
  }
  if (comment !== undefined && comment !== user.comment) args.push("--comment", comment);
  if (shell !== undefined && shell !== user.shell) args.push("--shell", shell);
  return args;
}

function homeArguments(
  user: LocalUser,
  { home }: UserChanges,
  moving: Move | undefined,
): readonly string[] {
  if (home === undefined) return [];
  if (moving !== undefined) return ["--home", home, "--move-home"];
  return home === user.home ? [] : ["--home", home];
}

/** A directory to move along. */
interface Move {
  /** The tool moves what the entry names, so that the entry must name the old home again first. */
  readonly returnTo: string | undefined;
}

/**
 * What is to be moved: nothing when the old directory is gone. A tool that was killed between writing the entry and
 * moving the directory left it where it was; then it is moved now.
 */
async function planMove(
  { files }: AccountWork,
  user: LocalUser,
  { home, moveHomeFrom }: UserChanges,
  signal: AbortSignal,
): Promise<Move | undefined> {
  if (home === undefined || moveHomeFrom === undefined || home === moveHomeFrom) return undefined;
  const former = await readHome(files, moveHomeFrom, signal);
  if (former === undefined) return undefined;
  const present = await readHome(files, home, signal);
  if (present !== undefined && user.home === home) return undefined;
  // usermod would find out after it has written the entry.
  if (present !== undefined) throw inTheWay(user.name, home);
  if (!ownsHome(user, moveHomeFrom, former)) throw notTheirs(user.name, moveHomeFrom);
  return { returnTo: user.home === moveHomeFrom ? undefined : moveHomeFrom };
}

function inTheWay(name: string, home: string): Fault {
  return new Fault({
    reason: "AlreadyExists",
    message: `the home directory of ${name} cannot be moved to ${home}: something is there`,
    resolution: "Move it away, or leave the home directory where it is.",
  });
}

function notTheirs(name: string, path: string): Fault {
  return new Fault({
    reason: "PathUnsafe",
    message: `${path} is not moved: it is no directory that ${name} owns`,
    resolution: "Move it by hand.",
  });
}
