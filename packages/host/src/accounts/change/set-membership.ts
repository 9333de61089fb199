import type { AccountWriter } from "@holdfast/core";
import type { LocalAccounts } from "../local/read-accounts.ts";
import { type AccountWork, unknownAccount } from "./account-work.ts";
import { checkReference } from "./check-input.ts";

/** Which groups to enter and to leave. */
export type MembershipChanges = Parameters<AccountWriter["setMembership"]>[1];

/** Puts a user into groups and takes it out of others, those alone that it is not in or in. */
export async function setMembership(
  work: AccountWork,
  name: string,
  { add = [], remove = [] }: MembershipChanges,
  signal: AbortSignal,
): Promise<void> {
  checkReference(name);
  const accounts = await work.read(signal);
  const { byName } = accounts.groups;
  const missing = add.find((group) => !byName.has(group));
  if (missing !== undefined) throw unknownAccount("group", missing);
  const isMember = (group: string): boolean => byName.get(group)?.members.includes(name) === true;
  const entered = [...new Set(add)].filter((group) => !isMember(group));
  const left = [...new Set(remove)].filter(isMember);
  if (entered.length > 0) await enter(work, accounts, { name, groups: entered }, signal);
  for (const group of left) {
    await work.runTool({ tool: "gpasswd", args: ["--delete", name, group] }, name, signal);
  }
}

/** In one step for a local user. A user of a directory may be a member of local groups too; that takes another tool. */
async function enter(
  work: AccountWork,
  { users }: LocalAccounts,
  { name, groups }: { readonly name: string; readonly groups: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  if (users.byName.has(name)) {
    const args = ["--append", "--groups", groups.join(","), name];
    await work.runTool({ tool: "usermod", args }, name, signal);
    return;
  }
  if ((await work.lookupName(name, signal)).user === "absent") throw unknownAccount("user", name);
  for (const group of groups) {
    await work.runTool({ tool: "gpasswd", args: ["--add", name, group] }, name, signal);
  }
}
