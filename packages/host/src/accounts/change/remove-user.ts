import { entriesOf, Fault, isAccountName, type LocalUser } from "@holdfast/core";
import type { LocalAccounts } from "../local/read-accounts.ts";
import type { AccountWork } from "./account-work.ts";
import { ownsHome, readHome } from "./home-place.ts";

/** Removes a user, and its home directory only when that is said. */
export async function removeUser(
  work: AccountWork,
  name: string,
  { removeHome }: { readonly removeHome: boolean },
  signal: AbortSignal,
): Promise<void> {
  const accounts = await work.read(signal);
  const user = accounts.users.byName.get(name);
  if (user === undefined) {
    await removeRemains(work, accounts, name, signal);
    return;
  }
  const isHomeGone = !removeHome || (await findOwnHome(work, user, signal)) === undefined;
  const args = isHomeGone ? [name] : ["--remove", name];
  await work.runTool({ tool: "userdel", args }, name, signal);
}

/** The tool removes the user first and judges the home then; what it would refuse is refused before. */
async function findOwnHome(
  { files }: AccountWork,
  user: LocalUser,
  signal: AbortSignal,
): Promise<string | undefined> {
  const entry = await readHome(files, user.home, signal);
  if (entry === undefined) return undefined;
  if (ownsHome(user, user.home, entry)) return user.home;
  throw new Fault({
    reason: "PathUnsafe",
    message: `${user.home} is not removed with ${user.name}: it is no directory that the user alone owns`,
    resolution: "Remove the user without its home directory, and the directory by hand.",
  });
}

/**
 * A removal that was cut off leaves a hash, memberships and subordinate ids behind, which the next user of the name would
 * come into. No tool removes them by themselves, so that the user is made again and removed.
 */
async function removeRemains(
  work: AccountWork,
  accounts: LocalAccounts,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (!isAccountName(name) || !hasRemains(accounts, name)) return;
  // A user of a directory may be a member of local groups.
  if ((await work.lookupName(name, signal)).user !== "absent") return;
  const args = ["--no-create-home", "--no-user-group", "--system", name];
  await work.runTool({ tool: "useradd", args }, name, signal);
  await work.runTool({ tool: "userdel", args: [name] }, name, signal);
}

function hasRemains({ tables, groups }: LocalAccounts, name: string): boolean {
  const { shadow, subuid, subgid } = tables;
  if (shadow.type === "present" && entriesOf(shadow.value).some((entry) => entry.name === name)) {
    return true;
  }
  if ([subuid, subgid].some((table) => entriesOf(table).some(({ owner }) => owner === name))) {
    return true;
  }
  return [...groups.byName.values()].some(({ members }) => members.includes(name));
}
