import { parseAccountId, type PasswdEntry } from "@holdfast/core";
import type { AccountDraft, DraftFile } from "./account-draft.ts";
import { addGroup, findGroup, freeId, readId } from "./group-tools.ts";
import { readArguments, type ToolArguments } from "./tool-arguments.ts";
import { orEnd, ToolEnding } from "./tool-ending.ts";

/** What the tools for users see of the machine besides the files of accounts. */
export interface UserToolMachine {
  readonly draft: AccountDraft;
  /** Days since 1970. */
  readonly today: number;
  /** A process of a user. */
  processOf(uid: number): number | undefined;
  /** Things in the file system that happen after the files are written. */
  after(work: () => void): void;
  readonly homes: {
    exists(path: string): boolean;
    move(from: string, to: string): void;
    remove(path: string): void;
    chown(path: string, uid: number): void;
  };
}

const FIELDS = ["--uid", "--gid", "--comment", "--shell", "--home"];
const RANGES = ["--add-subuids", "--del-subuids", "--add-subgids", "--del-subgids"];
const AUTOMATIC_RANGE = 65_536;

/** useradd(8). */
export function userAdd({ draft, today }: UserToolMachine, args: readonly string[]): void {
  const given = readArguments(args, {
    flags: ["--no-create-home", "--user-group", "--no-user-group", "--system"],
    values: ["--gid", "--uid", "--comment", "--home-dir", "--shell", "--groups"],
  });
  const [name = ""] = given.operands;
  if (draft.passwd.find(name) !== undefined)
    throw new ToolEnding(9, `user '${name}' already exists`);
  const hasOwnGroup = given.has("--user-group");
  if (hasOwnGroup && draft.group.find(name) !== undefined) {
    throw new ToolEnding(
      9,
      `group ${name} exists - if you want to add this user to that group, use -g.`,
    );
  }
  const groups = groupsIn(draft, given);
  const isSystem = given.has("--system");
  const uid = readId(
    given.value("--uid"),
    draft.passwd.entries.map((user) => user.uid),
    isSystem,
  );
  const gid = hasOwnGroup ? addOwnGroup(draft, name, uid, isSystem) : primaryOf(draft, given);
  const home = given.value("--home-dir") ?? `/home/${name}`;
  const shell = given.value("--shell") ?? "/bin/bash";
  const comment = given.value("--comment") ?? "";
  draft.passwd.put({ name, password: "x", uid, gid, comment, home, shell });
  draft.shadow.put({ name, password: "!", aging: { lastChangeDay: today }, reserved: "" });
  for (const group of groups) join(draft, name, group);
  if (isSystem) return;
  addRange(draft.subuid, name);
  addRange(draft.subgid, name);
}

/** usermod(8). */
export function userModify(machine: UserToolMachine, args: readonly string[]): void {
  const { draft } = machine;
  const given = readArguments(args, {
    flags: ["--move-home", "--append", "--lock", "--unlock"],
    values: [...FIELDS, "--groups", ...RANGES],
  });
  const [name = ""] = given.operands;
  const user = orEnd(draft.passwd.find(name), 6, `user '${name}' does not exist`);
  if (given.has("--uid") || given.has("--home")) refuseBusy(machine, user);
  const groups = groupsIn(draft, given);
  draft.passwd.put(changedUser(draft, given, user));
  for (const { name: group } of draft.group.entries) {
    const isListed = groups.includes(group);
    if (isListed) join(draft, name, group);
    else if (given.has("--groups") && !given.has("--append")) leave(draft, name, group);
  }
  changeLock(draft, given, name);
  changeRanges(draft.subuid, name, given.values("--del-subuids"), given.values("--add-subuids"));
  changeRanges(draft.subgid, name, given.values("--del-subgids"), given.values("--add-subgids"));
  followHome(machine, given, user);
}

/** userdel(8), with USERGROUPS_ENAB as everybody has it. */
export function userDelete(machine: UserToolMachine, args: readonly string[]): void {
  const { draft, homes } = machine;
  const given = readArguments(args, { flags: ["--remove"], values: [] });
  const [name = ""] = given.operands;
  const user = orEnd(draft.passwd.find(name), 6, `user '${name}' does not exist`);
  refuseBusy(machine, user);
  draft.passwd.remove(name);
  draft.shadow.remove(name);
  for (const group of draft.group.entries) leave(draft, name, group.name);
  const own = draft.group.find(name);
  const isOnlyTheirs = !draft.passwd.entries.some(({ gid }) => gid === own?.gid);
  if (own !== undefined && own.gid === user.gid && own.members.length === 0 && isOnlyTheirs) {
    draft.group.remove(name);
    draft.gshadow.remove(name);
  }
  for (const file of [draft.subuid, draft.subgid]) {
    for (const range of file.entries) if (range.owner === name) file.remove(rangeKey(range));
  }
  if (given.has("--remove")) machine.after(() => homes.remove(user.home));
}

/** Puts a member into a group and its shadow. */
export function join(draft: AccountDraft, member: string, name: string): void {
  const group = draft.group.find(name);
  if (group === undefined || group.members.includes(member)) return;
  draft.group.put({ ...group, members: [...group.members, member] });
  const shadow = draft.gshadow.find(name);
  if (shadow !== undefined) draft.gshadow.put({ ...shadow, members: [...shadow.members, member] });
}

/** Takes a member out of both. */
export function leave(draft: AccountDraft, member: string, name: string): void {
  const without = (members: readonly string[]) => members.filter((each) => each !== member);
  const group = draft.group.find(name);
  if (group?.members.includes(member) !== true) return;
  draft.group.put({ ...group, members: without(group.members) });
  const shadow = draft.gshadow.find(name);
  if (shadow !== undefined) draft.gshadow.put({ ...shadow, members: without(shadow.members) });
}

function changedUser(draft: AccountDraft, given: ToolArguments, user: PasswdEntry): PasswdEntry {
  const others = draft.passwd.entries.filter(({ name }) => name !== user.name);
  const uid = given.has("--uid")
    ? readId(
        given.value("--uid"),
        others.map((other) => other.uid),
        false,
      )
    : user.uid;
  return {
    ...user,
    uid,
    gid: given.has("--gid") ? primaryOf(draft, given) : user.gid,
    comment: given.value("--comment") ?? user.comment,
    home: given.value("--home") ?? user.home,
    shell: given.value("--shell") ?? user.shell,
  };
}

function changeLock(draft: AccountDraft, given: ToolArguments, name: string): void {
  if (!given.has("--lock") && !given.has("--unlock")) return;
  const shadow = orEnd(draft.shadow.find(name), 1, "no shadow line");
  const behind = shadow.password.replace(/^!+/, "");
  draft.shadow.put({ ...shadow, password: given.has("--lock") ? `!${behind}` : behind });
  // Also when nothing changed: an echo that nobody asked for.
  draft.passwd.touch();
  draft.shadow.touch();
}

/** What happens in the file system: the home moves, and belongs to the new number. */
function followHome(machine: UserToolMachine, given: ToolArguments, user: PasswdEntry): void {
  const { homes } = machine;
  const { home, uid } = machine.draft.passwd.find(user.name) ?? user;
  if (given.has("--move-home") && home !== user.home && homes.exists(user.home)) {
    machine.after(() => {
      if (homes.exists(home)) throw new ToolEnding(12, `directory ${home} exists`);
      homes.move(user.home, home);
    });
  }
  if (uid !== user.uid) machine.after(() => homes.chown(home, uid));
}

function refuseBusy({ processOf }: UserToolMachine, { name, uid }: PasswdEntry): void {
  const pid = processOf(uid);
  if (pid !== undefined)
    throw new ToolEnding(8, `user ${name} is currently used by process ${pid}`);
}

function groupsIn(draft: AccountDraft, given: ToolArguments): readonly string[] {
  const names = (given.value("--groups") ?? "").split(",").filter((name) => name !== "");
  return names.map(
    (name) => orEnd(findGroup(draft, name), 6, `group '${name}' does not exist`).name,
  );
}

function primaryOf(draft: AccountDraft, given: ToolArguments): number {
  const group = given.value("--gid");
  // `users`, of /etc/default/useradd.
  if (group === undefined) return 100;
  return orEnd(findGroup(draft, group), 6, `group '${group}' does not exist`).gid;
}

function addOwnGroup(draft: AccountDraft, name: string, uid: number, isSystem: boolean): number {
  const taken = draft.group.entries.map(({ gid }) => gid);
  const gid = taken.includes(uid) ? freeId(taken, isSystem) : uid;
  addGroup(draft, name, gid);
  return gid;
}

type RangeFile = DraftFile<{
  readonly owner: string;
  readonly first: number;
  readonly count: number;
}>;

function addRange(file: RangeFile, owner: string): void {
  const ends = file.entries.map(({ first, count }) => first + count);
  file.put({ owner, first: Math.max(100_000, ...ends), count: AUTOMATIC_RANGE });
}

function changeRanges(
  file: RangeFile,
  owner: string,
  unwanted: readonly string[],
  wanted: readonly string[],
): void {
  for (const text of unwanted) file.remove(rangeKey({ owner, ...parseRange(text) }));
  for (const text of wanted) file.put({ owner, ...parseRange(text) });
}

function parseRange(text: string): { readonly first: number; readonly count: number } {
  const [first, last] = text.split("-").map(parseAccountId);
  if (first === undefined || last === undefined) throw new ToolEnding(2, `invalid range '${text}'`);
  return { first, count: last - first + 1 };
}

function rangeKey({
  owner,
  first,
  count,
}: {
  owner: string;
  first: number;
  count: number;
}): string {
  return `${owner}:${first}:${count}`;
}
