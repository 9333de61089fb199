import type { FileType } from "@holdfast/core";
import type { DeclaredAttributes } from "../../attributes/attributes.ts";
import {
  type CopySpec,
  type FoundEntry,
  type ObservedCopy,
  type WantedEntry,
  wantedAttributes,
} from "./copied-entry.ts";

/** A field in which an entry differs from the source. */
export type CopiedField = "content" | "target" | "mode" | "owner" | "group";

/** An entry of the source in whose place something of another type is. */
export interface BlockedEntry {
  readonly wanted: WantedEntry;
  readonly type: FileType;
  /** Something excluded is in it. */
  readonly isKept: boolean;
}

/** An entry that is there and differs. */
export interface ChangedEntry {
  readonly wanted: WantedEntry;
  readonly fields: readonly CopiedField[];
}

/** What makes a directory the copy of its source. */
export interface CopySteps {
  /** Parents first. */
  readonly blocked: readonly BlockedEntry[];
  /** Parents first. */
  readonly created: readonly WantedEntry[];
  /** Parents first. */
  readonly changed: readonly ChangedEntry[];
  /** What is purged, from the leaves to the top. */
  readonly removed: readonly FoundEntry[];
  /** What the source does not have and nobody purges. */
  readonly others: readonly FoundEntry[];
}

/** Compares a copy with its source. Pure; O(entries). */
export function copySteps(
  { recurse, source }: Pick<CopySpec, "recurse" | "source">,
  copy: ObservedCopy,
): CopySteps {
  const found = new Map(copy.found.map((entry) => [entry.path, entry]));
  const kept = directoriesOfExcluded(copy.found);
  const blocked: BlockedEntry[] = [];
  const created: WantedEntry[] = [];
  const changed: ChangedEntry[] = [];
  for (const wanted of copy.wanted) {
    const reading = found.get(wanted.path)?.reading;
    if (reading === undefined) created.push(wanted);
    else if (reading.entry.type !== wanted.entry.type) {
      blocked.push({ wanted, type: reading.entry.type, isKept: kept.has(wanted.path) });
    } else {
      const fields = differingFields(wanted, reading, recurse, copy);
      if (fields.length > 0) changed.push({ wanted, fields });
    }
  }
  const others = othersIn(copy, new Set(blocked.map(({ wanted }) => wanted.path)));
  const isRemoved = ({ path }: FoundEntry): boolean => source.isPurging && !kept.has(path);
  const removed = others.filter(isRemoved);
  return {
    blocked,
    created,
    changed,
    removed: removed.toReversed(),
    others: others.filter((entry) => !isRemoved(entry)),
  };
}

/** What the source does not have, but for what is excluded and what goes with a directory that is in the way. */
function othersIn(
  { wanted, found }: ObservedCopy,
  blocked: ReadonlySet<string>,
): readonly FoundEntry[] {
  const known = new Set(wanted.map(({ path }) => path));
  return found.filter(
    ({ path, reading }) =>
      reading !== undefined &&
      !known.has(path) &&
      (blocked.size === 0 || !ancestorsOf(path).some((above) => blocked.has(above))),
  );
}

/** The directories that stay because something excluded is in them, however deep. */
function directoriesOfExcluded(found: readonly FoundEntry[]): ReadonlySet<string> {
  const excluded = found.filter(({ reading }) => reading === undefined);
  return new Set(excluded.flatMap(({ path }) => ancestorsOf(path)));
}

function ancestorsOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, position) => names.slice(0, position + 1).join("/"));
}

function differingFields(
  wanted: WantedEntry,
  { entry, sha256, linkTarget }: NonNullable<FoundEntry["reading"]>,
  recurse: DeclaredAttributes | undefined,
  copy: ObservedCopy,
): readonly CopiedField[] {
  // A link has no mode, and nobody asks for its owner.
  if (entry.type === "link") return linkTarget === wanted.linkTarget ? [] : ["target"];
  const { mode, uid, gid } = wantedAttributes(wanted.entry, recurse, copy);
  const isSame = entry.type !== "file" || sha256 === wanted.sha256;
  return [
    ...(isSame ? [] : (["content"] as const)),
    ...(entry.mode === mode ? [] : (["mode"] as const)),
    ...(entry.uid === uid ? [] : (["owner"] as const)),
    ...(entry.gid === gid ? [] : (["group"] as const)),
  ];
}
