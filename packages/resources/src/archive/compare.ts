import { type DeclaredAttributes, type DeclaredIds } from "../attributes/attributes.ts";
import { formatMode } from "../attributes/file-mode.ts";
import type { ManifestEntry } from "./manifest/manifest-entry.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** In what an entry may differ. */
export type EntryField = "content" | "mode" | "owner" | "group";

/** One entry that is not as it should be. */
export interface EntryDrift {
  readonly entry: ManifestEntry;
  /** `undefined`: it is missing. */
  readonly found: TreeEntry | undefined;
  readonly fields: ReadonlySet<EntryField>;
}

/** What is declared of owner, group and mode, and what the names mean on this host. */
export interface DeclaredEntryAttributes {
  readonly declared: DeclaredAttributes;
  readonly ids: DeclaredIds;
}

/** The entries that are not as they should be, in their order. */
export function driftOf(
  entries: readonly ManifestEntry[],
  tree: Tree,
  attributes: DeclaredEntryAttributes,
): readonly EntryDrift[] {
  return entries.flatMap((entry) => {
    const found = tree.get(entry.path);
    const fields = differingFields(entry, found, attributes);
    return fields.length === 0 ? [] : [{ entry, found, fields: new Set(fields) }];
  });
}

/** The mode that an entry should have; `undefined` where nobody says. A directory that may be read may be entered. */
export function wantedMode(entry: ManifestEntry, { mode }: DeclaredAttributes): number | undefined {
  if (entry.type === "link") return undefined;
  if (mode === undefined) return entry.mode;
  return entry.type === "directory" ? mode | ((mode & 0o444) >> 2) : mode;
}

/** Whether something has the content of an entry: the same type, bytes or target. */
export function hasContent(entry: ManifestEntry, found: TreeEntry | undefined): boolean {
  if (found === undefined || found.type !== typeOnDisk(entry)) return false;
  switch (entry.type) {
    case "directory":
      return true;
    case "link":
      return found.target === entry.target;
    default:
      return found.sha256 === entry.sha256;
  }
}

/** What an entry is on a disk, where a hard link is a file like any other. */
export function typeOnDisk({ type }: ManifestEntry): "file" | "directory" | "link" {
  return type === "hard-link" ? "file" : type;
}

/** A mode and owner as text. */
export function attributesOf({ mode, uid, gid }: TreeEntry): string {
  return `${formatMode(mode)} ${uid}:${gid}`;
}

function differingFields(
  entry: ManifestEntry,
  found: TreeEntry | undefined,
  { declared, ids }: DeclaredEntryAttributes,
): readonly EntryField[] {
  const isMade = hasContent(entry, found);
  if (!isMade || found === undefined) return ["content"];
  // The owner and mode of a symbolic link decide nothing.
  if (entry.type === "link") return [];
  const mode = wantedMode(entry, declared);
  const { owner, group } = declared;
  return [
    ...(mode !== undefined && mode !== found.mode ? (["mode"] as const) : []),
    ...(owner !== undefined && found.uid !== ids.declaredUid ? (["owner"] as const) : []),
    ...(group !== undefined && found.gid !== ids.declaredGid ? (["group"] as const) : []),
  ];
}
