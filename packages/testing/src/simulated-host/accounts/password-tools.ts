import type { ShadowEntry, UserAging } from "@holdfast/core";
import type { AccountDraft } from "./account-draft.ts";
import { readArguments } from "./tool-arguments.ts";
import { orEnd, ToolEnding } from "./tool-ending.ts";
import { join, leave } from "./user-tools.ts";

const AGING: readonly (readonly [string, keyof UserAging])[] = [
  ["--lastday", "lastChangeDay"],
  ["--mindays", "minimumDays"],
  ["--maxdays", "maximumDays"],
  ["--warndays", "warningDays"],
  ["--inactive", "inactiveDays"],
  ["--expiredate", "expiryDay"],
];

/** chpasswd(8) with --encrypted: it writes also when nothing changes. */
export function changePasswords(
  draft: AccountDraft,
  input: string,
  today: number,
  args: readonly string[],
): void {
  readArguments(args, { flags: ["--encrypted"], values: [] });
  for (const line of input.split("\n").filter((each) => each !== "")) {
    const [name = "", password = ""] = line.split(":");
    orEnd(draft.passwd.find(name), 1, `line 1: user '${name}' does not exist`);
    const none: ShadowEntry = { name, password: "", aging: {}, reserved: "" };
    const shadow = draft.shadow.find(name) ?? none;
    draft.shadow.put({ ...shadow, password, aging: { ...shadow.aging, lastChangeDay: today } });
    draft.shadow.touch();
    draft.passwd.touch();
  }
}

/** chage(1). */
export function changeAging(draft: AccountDraft, args: readonly string[]): void {
  const given = readArguments(args, { flags: [], values: AGING.map(([option]) => option) });
  const [name = ""] = given.operands;
  orEnd(draft.passwd.find(name), 1, `user '${name}' does not exist in /etc/passwd`);
  const shadow = orEnd(draft.shadow.find(name), 1, `user '${name}' has no shadow line`);
  const aging: Partial<Record<keyof UserAging, number>> = { ...shadow.aging };
  for (const [option, field] of AGING) {
    const days = given.value(option);
    if (days === "-1") delete aging[field];
    else if (days !== undefined) aging[field] = Number(days);
  }
  draft.shadow.put({ ...shadow, aging });
}

/** gpasswd(1) with --add and --delete. */
export function changeMembers(draft: AccountDraft, args: readonly string[]): void {
  const given = readArguments(args, { flags: [], values: ["--add", "--delete"] });
  const [name = ""] = given.operands;
  const group = orEnd(draft.group.find(name), 3, `group '${name}' does not exist in /etc/group`);
  const [added, removed] = [given.value("--add"), given.value("--delete")];
  if (added !== undefined) join(draft, added, name);
  if (removed === undefined) return;
  if (!group.members.includes(removed)) {
    throw new ToolEnding(3, `user '${removed}' is not a member of '${name}'`);
  }
  leave(draft, removed, name);
}
