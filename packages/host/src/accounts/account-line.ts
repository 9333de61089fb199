/** A user of the host's root, as passwd(5) has it. */
export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A group of the host's root, as group(5) has it. */
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

/** The entries of a passwd(5) file by name; the first of a name counts, as for the C library. */
export function parseUsers(text: string): ReadonlyMap<string, UserEntry> {
  return byName(text, parseUser);
}

/** The entries of a group(5) file by name. */
export function parseGroups(text: string): ReadonlyMap<string, GroupEntry> {
  return byName(text, parseGroup);
}

/** One line of passwd(5); `undefined` for what is none, such as the `+` lines of NIS. */
export function parseUser(line: string): UserEntry | undefined {
  const [name, , uidText, gidText, , home] = line.split(":");
  const uid = parseAccountId(uidText);
  const gid = parseAccountId(gidText);
  if (!isName(name) || uid === undefined || gid === undefined) return undefined;
  return { name, uid, gid, home: home ?? "/" };
}

/** One line of group(5). */
export function parseGroup(line: string): GroupEntry | undefined {
  const [name, , gidText] = line.split(":");
  const gid = parseAccountId(gidText);
  return isName(name) && gid !== undefined ? { name, gid } : undefined;
}

/** Decimal text as a uid or gid: 0 to 2^32 − 2; the last number means "none" to the kernel. */
export function parseAccountId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id < 2 ** 32 - 1 ? id : undefined;
}

function isName(name: string | undefined): name is string {
  return name !== undefined && name !== "" && !/^[+#-]/.test(name);
}

function byName<Entry extends { readonly name: string }>(
  text: string,
  parse: (line: string) => Entry | undefined,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const line of text.split("\n")) {
    const entry = parse(line);
    if (entry !== undefined && !entries.has(entry.name)) entries.set(entry.name, entry);
  }
  return entries;
}
