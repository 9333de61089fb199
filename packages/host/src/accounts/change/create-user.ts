import type { LocalUser, NewUser } from "@holdfast/core";
import type { LocalAccounts } from "../local/read-accounts.ts";
import { type AccountWork, nameTaken } from "./account-work.ts";
import { refuseOtherGroup } from "./change-groups.ts";
import { isPrimaryGroup } from "./change-user.ts";
import { checkNewUser } from "./check-input.ts";
import { makeHome } from "./make-home.ts";
import { setAging } from "./set-aging.ts";
import { setMembership } from "./set-membership.ts";
import { addShadowLine, setPassword } from "./set-password.ts";
import { setSubordinateIds } from "./set-subordinate-ids.ts";

/**
 * Makes a user step by step, each of them only where it is missing, so that the same call finishes what was cut off. A
 * user of the name that differs in what is named is somebody else's and stays.
 */
export async function createUser(
  work: AccountWork,
  user: NewUser,
  signal: AbortSignal,
): Promise<void> {
  checkNewUser(user);
  const accounts = await work.read(signal);
  const present = accounts.users.byName.get(user.name);
  if (present === undefined) await addUser(work, accounts, user, signal);
  else await finishUser(work, accounts, { user, present }, signal);
  await setMembership(work, user.name, { add: user.groups ?? [] }, signal);
  if (user.subordinateIds !== undefined) {
    await setSubordinateIds(work, user.name, user.subordinateIds, signal);
  }
  if (user.createHome === true) await makeHome(work, user.name, signal);
  const { password, aging = {} } = user;
  await setAging(work, user.name, aging, signal);
  if (password === undefined) return;
  // Nobody logs in before the rest is there.
  const { hash, isLocked = false } = password;
  await setPassword(work, user.name, { hash, isLocked }, signal);
  // Setting a password sets the day of its last change too.
  await setAging(work, user.name, aging, signal);
}

async function addUser(
  work: AccountWork,
  { groups }: LocalAccounts,
  user: NewUser,
  signal: AbortSignal,
): Promise<void> {
  const { name, primaryGroup } = user;
  if ((await work.lookupName(name, signal)).user === "elsewhere") {
    throw nameTaken(name, "a name service knows a user of that name");
  }
  // A group of the user's name that is there already is refused by the tool unless it is named.
  const group = primaryGroup ?? (groups.byName.has(name) ? name : undefined);
  if (group === undefined) await refuseOtherGroup(work, name, signal);
  const args = [
    "--no-create-home",
    ...(group === undefined ? ["--user-group"] : ["--gid", group]),
    ...argumentsFor(user),
    name,
  ];
  await work.runTool({ tool: "useradd", args }, name, signal);
}

function argumentsFor(user: NewUser): readonly string[] {
  const { uid, comment, home, shell, groups = [], isSystem = false } = user;
  return [
    ...(isSystem ? ["--system"] : []),
    ...option("--uid", uid),
    ...option("--comment", comment),
    ...option("--home-dir", home),
    ...option("--shell", shell),
    ...(groups.length === 0 ? [] : ["--groups", groups.join(",")]),
  ];
}

function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [name, String(value)];
}

/** Adds what a tool that was killed after it had written the user did not come to: the shadow line, then the group. */
async function finishUser(
  work: AccountWork,
  accounts: LocalAccounts,
  { user, present }: { readonly user: NewUser; readonly present: LocalUser },
  signal: AbortSignal,
): Promise<void> {
  const { name } = user;
  const different = differenceOf(user, present, accounts);
  if (different !== undefined)
    throw nameTaken(name, `there is a user ${name} with another ${different}`);
  if (present.shadow.type === "absent") await addShadowLine(work, name, signal);
  const isGroupless = present.primaryGroup === undefined && user.primaryGroup === undefined;
  if (!isGroupless || accounts.groups.byName.has(name)) return;
  const args = ["--gid", String(present.gid), name];
  await work.runTool({ tool: "groupadd", args }, name, signal);
}

function differenceOf(
  { uid, primaryGroup, comment, home, shell }: NewUser,
  present: LocalUser,
  { groups }: LocalAccounts,
): string | undefined {
  if (uid !== undefined && uid !== present.uid) return "number";
  if (primaryGroup !== undefined && !isPrimaryGroup(present, primaryGroup, groups)) {
    return "primary group";
  }
  if (comment !== undefined && comment !== present.comment) return "comment";
  if (home !== undefined && home !== present.home) return "home directory";
  return shell !== undefined && shell !== present.shell ? "shell" : undefined;
}
