import { readStanzas, type Stanza } from "../packages/apt/stanzas.ts";

/** What dpkg has on record of one package that is installed, besides what the port of packages tells. */
export interface PackageRecord {
  readonly name: string;
  /** Every system has it: Essential, Protected, or of priority required, important or standard. */
  readonly isBasic: boolean;
  /** What must be there for it: one list for each need, any of which meets it, in the order in which apt tries them. */
  readonly needs: readonly (readonly string[])[];
  /** Other names that it stands for. */
  readonly provides: readonly string[];
  readonly conffiles: readonly ConffileRecord[];
}

/** A configuration file that a package brought. */
export interface ConffileRecord {
  readonly path: string;
  /** Of the content that the package brought, lower-case hex. */
  readonly md5: string;
  /** The package no longer has it. */
  readonly isObsolete: boolean;
}

const FIELDS: ReadonlySet<string> = new Set([
  "package",
  "status",
  "essential",
  "protected",
  "priority",
  "depends",
  "pre-depends",
  "provides",
  "conffiles",
]);
const WHOLE: ReadonlySet<string> = new Set(["conffiles"]);
const BASIC: ReadonlySet<string> = new Set(["required", "important", "standard"]);

/** Reads the records of installed packages out of dpkg's `status`. Architectures of one package are one record. */
export function parsePackageRecords(status: string): ReadonlyMap<string, PackageRecord> {
  const records = new Map<string, PackageRecord>();
  for (const stanza of readStanzas(status, FIELDS, WHOLE)) {
    const name = stanza.get("package");
    if (name === undefined || !/ (?:installed|triggers-\w+)$/.test(stanza.get("status") ?? "")) {
      continue;
    }
    records.set(name, joined(records.get(name), recordOf(name, stanza)));
  }
  return records;
}

function recordOf(name: string, stanza: Stanza): PackageRecord {
  const isMarked = stanza.get("essential") === "yes" || stanza.get("protected") === "yes";
  const depends = [stanza.get("pre-depends"), stanza.get("depends")].join(",");
  return {
    name,
    isBasic: isMarked || BASIC.has(stanza.get("priority") ?? ""),
    needs: parseNeeds(depends),
    provides: parseNeeds(stanza.get("provides") ?? "").flat(),
    conffiles: parseConffiles(stanza.get("conffiles") ?? ""),
  };
}

function joined(one: PackageRecord | undefined, other: PackageRecord): PackageRecord {
  if (one === undefined) return other;
  return {
    name: one.name,
    isBasic: one.isBasic || other.isBasic,
    needs: [...one.needs, ...other.needs],
    provides: [...one.provides, ...other.provides],
    conffiles: [...one.conffiles, ...other.conffiles],
  };
}

/** `a (>= 1) | b:any, c` is `[[a, b], [c]]`. */
function parseNeeds(text: string): readonly (readonly string[])[] {
  return text
    .split(",")
    .map((need) => need.split("|").flatMap((one) => /^\s*([^\s(:[]+)/.exec(one)?.[1] ?? []))
    .filter((names) => names.length > 0);
}

/** One line for each: path, digest, and perhaps what else is so about it. */
function parseConffiles(text: string): readonly ConffileRecord[] {
  return text.split("\n").flatMap((line) => {
    const [, path, md5, words = ""] = /^\s*(\/.*?) ([0-9a-f]{32})((?: [a-z-]+)*)$/.exec(line) ?? [];
    if (path === undefined || md5 === undefined) return [];
    const isObsolete = /\b(?:obsolete|remove-on-upgrade)\b/.test(words);
    return [{ path, md5, isObsolete }];
  });
}
