import { type GroupEntry, parseAccountId } from "@holdfast/core";
import type { AccountDraft } from "./account-draft.ts";
import { readArguments } from "./tool-arguments.ts";
import { orEnd, ToolEnding } from "./tool-ending.ts";

/** groupadd(8). */
export function groupAdd(draft: AccountDraft, args: readonly string[]): void {
  const given = readArguments(args, { flags: ["--system"], values: ["--gid"] });
  const [name = ""] = given.operands;
  if (draft.group.find(name) !== undefined)
    throw new ToolEnding(9, `group '${name}' already exists`);
  const taken = draft.group.entries.map(({ gid }) => gid);
  addGroup(draft, name, readId(given.value("--gid"), taken, given.has("--system")));
}

/** groupmod(8). */
export function groupModify(draft: AccountDraft, args: readonly string[]): void {
  const given = readArguments(args, { flags: [], values: ["--gid"] });
  const [name = ""] = given.operands;
  const group = orEnd(draft.group.find(name), 6, `group '${name}' does not exist`);
  const taken = draft.group.entries.filter((each) => each !== group).map(({ gid }) => gid);
  const gid = readId(given.value("--gid"), taken, false);
  draft.group.put({ ...group, gid });
  for (const user of draft.passwd.entries) {
    if (user.gid === group.gid) draft.passwd.put({ ...user, gid });
  }
}

/** groupdel(8). */
export function groupDelete(draft: AccountDraft, args: readonly string[]): void {
  const [name = ""] = readArguments(args, { flags: [], values: [] }).operands;
  const group = orEnd(draft.group.find(name), 6, `group '${name}' does not exist`);
  const user = draft.passwd.entries.find(({ gid }) => gid === group.gid);
  if (user !== undefined) {
    throw new ToolEnding(8, `cannot remove the primary group of user '${user.name}'`);
  }
  draft.group.remove(name);
  draft.gshadow.remove(name);
}

/** Adds a group and its shadow. */
export function addGroup(draft: AccountDraft, name: string, gid: number): void {
  draft.group.put({ name, password: "x", gid, members: [] });
  draft.gshadow.put({ name, password: "!", administrators: [], members: [] });
}

/** A group by its name or number. */
export function findGroup(draft: AccountDraft, group: string): GroupEntry | undefined {
  const gid = parseAccountId(group);
  if (gid === undefined) return draft.group.find(group);
  return draft.group.entries.find((each) => each.gid === gid);
}

/** The number that is asked for, or a free one. @throws {ToolEnding} 3, 4. */
export function readId(
  text: string | undefined,
  taken: readonly number[],
  isSystem: boolean,
): number {
  if (text === undefined) return freeId(taken, isSystem);
  const id = orEnd(parseAccountId(text), 3, `invalid id '${text}'`);
  if (taken.includes(id)) throw new ToolEnding(4, `${id} is not unique`);
  return id;
}

/** The number after the highest of people's, or the highest free one of the system's. */
export function freeId(taken: readonly number[], isSystem: boolean): number {
  if (!isSystem) return Math.max(999, ...taken.filter((id) => id >= 1000 && id < 60_000)) + 1;
  for (let id = 999; ; id -= 1) if (!taken.includes(id)) return id;
}
