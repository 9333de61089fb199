import { plainOptions } from "./option-kinds.ts";

/** A mount as its options are compared. */
export interface LiveOptions {
  readonly type: string;
  /** Shows a part of a file system whose own options are not this mount's affair. */
  readonly isBind: boolean;
  /** Of the mount. */
  readonly own: readonly string[];
  readonly ofFileSystem: readonly string[];
}

/** What a named option says of a group of which only one can hold. */
interface FlagRule {
  readonly group: string;
  readonly holds: (live: LiveOptions) => boolean;
}

const own =
  (flag: string, isSet = true) =>
  (live: LiveOptions): boolean =>
    live.own.includes(flag) === isSet;
/** `sync` and its like are the file system's, wherever it is mounted. */
const shared =
  (flag: string, isSet = true) =>
  (live: LiveOptions): boolean =>
    live.isBind || live.ofFileSystem.includes(flag) === isSet;

/** The options that the kernel always shows when they hold, and what excludes each. */
const FLAGS: Readonly<Record<string, FlagRule>> = {
  ro: { group: "ro", holds: (live) => isReadOnly(live) },
  rw: { group: "ro", holds: (live) => !isReadOnly(live) },
  nosuid: { group: "suid", holds: own("nosuid") },
  suid: { group: "suid", holds: own("nosuid", false) },
  nodev: { group: "dev", holds: own("nodev") },
  dev: { group: "dev", holds: own("nodev", false) },
  noexec: { group: "exec", holds: own("noexec") },
  exec: { group: "exec", holds: own("noexec", false) },
  noatime: { group: "atime", holds: own("noatime") },
  atime: { group: "atime", holds: own("noatime", false) },
  relatime: { group: "atime", holds: own("relatime") },
  strictatime: {
    group: "atime",
    holds: ({ own: flags }) => !flags.includes("noatime") && !flags.includes("relatime"),
  },
  nodiratime: { group: "diratime", holds: own("nodiratime") },
  diratime: { group: "diratime", holds: own("nodiratime", false) },
  nosymfollow: { group: "symfollow", holds: own("nosymfollow") },
  symfollow: { group: "symfollow", holds: own("nosymfollow", false) },
  sync: { group: "sync", holds: shared("sync") },
  async: { group: "sync", holds: shared("sync", false) },
  dirsync: { group: "dirsync", holds: shared("dirsync") },
  lazytime: { group: "lazytime", holds: shared("lazytime") },
  nolazytime: { group: "lazytime", holds: shared("lazytime", false) },
  discard: { group: "discard", holds: shared("discard") },
  nodiscard: { group: "discard", holds: shared("discard", false) },
};

/** What a tmpfs has of options that it does not show; `undefined`: something else than anybody would name. */
const TMPFS_DEFAULTS: Readonly<Record<string, string | undefined>> = {
  size: undefined,
  nr_inodes: undefined,
  mode: "1777",
  uid: "0",
  gid: "0",
};
const SIZES = new Set(["size", "nr_inodes", "nr_blocks"]);
/** Other names of one option. */
const SAME_AS: Readonly<Record<string, string>> = { nfsvers: "vers" };

/**
 * The named options that do not hold. Only what the author named is compared, because the kernel adds its own: flags by the
 * table above; `name=value` where the kernel shows the name; any other word where the kernel shows its opposite. What the
 * kernel does not show may hold, and is not a difference: else it would be mounted again for ever.
 */
export function unmetOptions(named: readonly string[], live: LiveOptions): readonly string[] {
  const last = new Map<string, string>();
  for (const word of plainOptions(named)) last.set(groupOf(word), word);
  return [...last.values()].filter((word) => !holds(word, live));
}

/** The options of a mount that stay when these are named: the kernel takes away what a remount leaves out. */
export function keptOptions(named: readonly string[], live: LiveOptions): readonly string[] {
  const groups = new Set(plainOptions(named).map(groupOf));
  const flags = live.own.filter((flag) => flag !== "rw" && flag !== "ro");
  const all = isReadOnly(live) ? ["ro", ...flags] : flags;
  return all.filter((flag) => !groups.has(groupOf(flag)));
}

/**
 * What says the opposite of the named options that do not hold, and so takes them away again: a remount keeps what is not
 * named. `undefined` where nothing does: the size of a tmpfs goes back to what it was by no option.
 */
export function oppositesOf(
  named: readonly string[],
  live: LiveOptions,
): readonly string[] | undefined {
  const opposites = unmetOptions(named, live).map((word) => {
    const isShown = live.ofFileSystem.some((each) => nameOf(each) === nameOf(word));
    if (word.includes("=")) return isShown ? word : undefined;
    return Object.entries(FLAGS).find(
      ([, rule]) => rule.group === groupOf(word) && rule.holds(live),
    )?.[0];
  });
  const known = opposites.filter((word) => word !== undefined);
  if (known.length < opposites.length) return undefined;
  return known.filter((word) => !word.includes("="));
}

/** What is compared, in one list: without the file system's options where it is only shown again. */
export function shownOptions(live: LiveOptions): readonly string[] {
  const { own: flags, ofFileSystem, isBind } = live;
  const rest = isBind ? [] : ofFileSystem.filter((word) => word !== "rw" && word !== "ro");
  const rights = isReadOnly(live) ? "ro" : "rw";
  return [rights, ...flags.filter((word) => word !== "rw" && word !== "ro"), ...rest];
}

function isReadOnly({ own: flags, ofFileSystem, isBind }: LiveOptions): boolean {
  return flags.includes("ro") || (!isBind && ofFileSystem.includes("ro"));
}

function groupOf(word: string): string {
  return FLAGS[word]?.group ?? nameOf(word);
}

function nameOf(word: string): string {
  const [name = word] = word.split("=", 1);
  return SAME_AS[name] ?? name;
}

function holds(word: string, live: LiveOptions): boolean {
  const rule = FLAGS[word];
  if (rule !== undefined) return rule.holds(live);
  if (live.isBind) return true;
  if (word.includes("=")) return holdsValue(word, live);
  const opposite = word.startsWith("no") ? word.slice(2) : `no${word}`;
  return live.ofFileSystem.includes(word) || !live.ofFileSystem.includes(opposite);
}

function holdsValue(word: string, { type, ofFileSystem }: LiveOptions): boolean {
  const name = nameOf(word);
  const declared = word.slice(word.indexOf("=") + 1);
  const shown = ofFileSystem.find((each) => each.includes("=") && nameOf(each) === name);
  if (shown === undefined) {
    if (type !== "tmpfs" || !Object.hasOwn(TMPFS_DEFAULTS, name)) return true;
    const usual = TMPFS_DEFAULTS[name];
    return declared.endsWith("%") || (usual !== undefined && isSameValue(name, usual, declared));
  }
  return isSameValue(name, shown.slice(shown.indexOf("=") + 1), declared);
}

function isSameValue(name: string, shown: string, declared: string): boolean {
  if (shown === declared) return true;
  if (name === "mode") return Number.parseInt(shown, 8) === Number.parseInt(declared, 8);
  if (name === "vers") return shown.startsWith(`${declared}.`);
  if (SIZES.has(name)) return declared.endsWith("%") || sizeOf(shown) === sizeOf(declared);
  // A user's name, which mount(8) has translated.
  if (/^\d+$/.test(shown) && !/^\d+$/.test(declared)) return true;
  return /^\d+$/.test(shown) && Number(shown) === Number(declared);
}

function sizeOf(text: string): number {
  const [, digits = "", unit = ""] = /^(\d+)([kmgtpe]?)$/i.exec(text) ?? [];
  return Number(digits || Number.NaN) * 1024 ** " kmgtpe".indexOf(unit.toLowerCase() || " ");
}
