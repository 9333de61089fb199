/** Options of a mount that the kernel keeps for it alone, in the order in which mountinfo shows them. */
const OWN_FLAGS = ["nosuid", "nodev", "noexec", "noatime", "nodiratime"] as const;
/** What takes one of these back. */
const REVERSALS: Readonly<Record<string, string>> = {
  suid: "nosuid",
  dev: "nodev",
  exec: "noexec",
  atime: "noatime",
  relatime: "noatime",
  diratime: "nodiratime",
};
/** mount(8) keeps these to itself. */
const USERSPACE =
  /^(?:defaults|auto|noauto|nofail|_netdev|nouser|async|bind|rbind|remount|[xX]-.*|comment=.*)$/;
/** What comes with leave for ordinary users. */
const FOR_USERS = ["nosuid", "nodev", "noexec"];

/** What the words of `-o` mean for a mount. */
export interface MountWords {
  readonly isBind: boolean;
  readonly isRemount: boolean;
  readonly isReadOnly: boolean;
  /** As mountinfo shows them, besides `ro`. */
  readonly own: readonly string[];
  /** For the file system. */
  readonly others: readonly string[];
}

/** Reads the words as mount(8) and the kernel do: the last one of two that exclude each other counts. */
export function readMountWords(words: readonly string[]): MountWords {
  const own = new Set<string>();
  const others: string[] = [];
  let isReadOnly = false;
  for (const word of words) {
    const reversed = REVERSALS[word];
    if (word === "ro" || word === "rw") isReadOnly = word === "ro";
    else if (word === "user" || word === "users") for (const flag of FOR_USERS) own.add(flag);
    else if (reversed !== undefined) own.delete(reversed);
    else if (OWN_FLAGS.some((flag) => flag === word)) own.add(word);
    else if (!USERSPACE.test(word)) others.push(word);
  }
  const flags = OWN_FLAGS.filter((flag) => own.has(flag));
  return {
    isBind: words.includes("bind") || words.includes("rbind"),
    isRemount: words.includes("remount"),
    isReadOnly,
    own: own.has("noatime") ? flags : [...flags, "relatime"],
    others,
  };
}

/** What a tmpfs shows of its own options; `undefined` when it does not take one of them. */
export function tmpfsOptions(words: readonly string[]): readonly string[] | undefined {
  const shown: string[] = [];
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    if (!["size", "mode", "uid", "gid", "nr_inodes"].includes(name)) return undefined;
    if (name === "size") shown.push(`size=${kibibytes(value)}k`);
    else if (name !== "mode") shown.push(word);
    else if (Number.parseInt(value, 8) !== 0o1777) shown.push(`mode=${value.replace(/^0+/, "")}`);
  }
  return shown;
}

function kibibytes(text: string): number {
  const [, digits = "0", unit = ""] = /^(\d+)([kmg]?)$/i.exec(text) ?? [];
  const scale = { "": 1 / 1024, k: 1, m: 1024, g: 1024 * 1024 }[unit.toLowerCase()] ?? 1;
  return Math.ceil(Number(digits) * scale);
}
