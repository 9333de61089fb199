import {
  ABSENT,
  type AccountSnapshot,
  brokenLines,
  entriesOf,
  type FileReader,
  type GroupEntry,
  type IdRange,
  type LocalGroup,
  type LocalUser,
  type Observation,
  parseUserPassword,
  type PasswdEntry,
  present,
  type ShadowEntry,
  type SubordinateEntry,
  type TextTable,
  type UserShadow,
} from "@holdfast/core";
import { type AccountTables, readAccountTables } from "./account-tables.ts";
import { firstByName } from "./first-by-name.ts";

/** The accounts of the machine's own files at one time. */
export interface LocalAccounts {
  readonly users: AccountSnapshot<LocalUser>;
  readonly groups: AccountSnapshot<LocalGroup>;
  readonly tables: AccountTables;
}

/** Reads them. @throws {Fault} as `readAccountTables`. */
export async function readAccounts(files: FileReader, signal: AbortSignal): Promise<LocalAccounts> {
  const tables = await readAccountTables(files, signal);
  const { passwd, group, shadow, subuid, subgid } = tables;
  const groups = firstByName(entriesOf(group));
  const broken = [
    ...brokenIn("/etc/passwd", passwd),
    ...(shadow.type === "present" ? brokenIn("/etc/shadow", shadow.value) : []),
    ...brokenIn("/etc/subuid", subuid),
    ...brokenIn("/etc/subgid", subgid),
  ];
  return {
    tables,
    users: { byName: readUsers(tables, [...groups.values()]), broken },
    groups: {
      byName: new Map([...groups].map(([name, entry]) => [name, readGroup(entry, tables)])),
      broken: brokenIn("/etc/group", group),
    },
  };
}

function readUsers(
  { passwd, shadow, subuid, subgid, defaults }: AccountTables,
  groups: readonly GroupEntry[],
): ReadonlyMap<string, LocalUser> {
  const memberships = new Map<string, string[]>();
  const groupNames = new Map<number, string>();
  for (const { name, gid, members } of groups) {
    if (!groupNames.has(gid)) groupNames.set(gid, name);
    for (const member of new Set(members)) listOf(memberships, member).push(name);
  }
  const shadows = shadow.type === "present" ? firstByName(entriesOf(shadow.value)) : undefined;
  const uids = rangesByOwner(subuid);
  const gids = rangesByOwner(subgid);
  const read = (entry: PasswdEntry): LocalUser => ({
    name: entry.name,
    uid: entry.uid,
    gid: entry.gid,
    primaryGroup: groupNames.get(entry.gid),
    comment: entry.comment,
    home: entry.home,
    shell: entry.shell,
    groups: (memberships.get(entry.name) ?? []).toSorted(),
    isSystem: entry.uid < defaults.uidMin || entry.uid > defaults.uidMax,
    shadow: shadow.type === "unknown" ? shadow : readShadow(entry, shadows?.get(entry.name)),
    subordinateUids: rangesOf(uids, entry),
    subordinateGids: rangesOf(gids, entry),
  });
  return new Map([...firstByName(entriesOf(passwd))].map(([name, entry]) => [name, read(entry)]));
}

function readGroup({ name, gid, members }: GroupEntry, { defaults }: AccountTables): LocalGroup {
  const isSystem = gid < defaults.gidMin || gid > defaults.gidMax;
  return { name, gid, members: [...new Set(members)].toSorted(), isSystem };
}

/** The password counts where the first field of passwd(5) leads: to /etc/shadow, or to nowhere. */
function readShadow(
  { password }: PasswdEntry,
  shadow: ShadowEntry | undefined,
): Observation<UserShadow> {
  if (password !== "x") {
    return present({ password: parseUserPassword(password), aging: shadow?.aging ?? {} });
  }
  if (shadow === undefined) return ABSENT;
  return present({ password: parseUserPassword(shadow.password), aging: shadow.aging });
}

function rangesByOwner(table: TextTable<SubordinateEntry>): ReadonlyMap<string, IdRange[]> {
  const ranges = new Map<string, IdRange[]>();
  for (const { owner, first, count } of entriesOf(table))
    listOf(ranges, owner).push({ first, count });
  return ranges;
}

function rangesOf(
  ranges: ReadonlyMap<string, readonly IdRange[]>,
  { name, uid }: PasswdEntry,
): readonly IdRange[] {
  const all = [...(ranges.get(name) ?? []), ...(ranges.get(String(uid)) ?? [])];
  return all.toSorted((one, other) => one.first - other.first);
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function brokenIn<Entry>(
  path: string,
  table: TextTable<Entry>,
): AccountSnapshot<LocalUser>["broken"] {
  return brokenLines(table).map((line) => ({ ...line, path }));
}
