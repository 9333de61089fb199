import {
  Fault,
  type FileEntry,
  type FileReader,
  type TreeEntry,
  type TreeReadRequest,
  unreachable,
} from "@holdfast/core";
import type { DeclaredAttributes } from "../../attributes/attributes.ts";
import { formatMode } from "../../attributes/file-mode.ts";
import { TYPE_WORDS } from "../../path-faults.ts";
import { type CopySpec, pathBelow, type WantedEntry } from "./copied-entry.ts";

/** Most entries of a tree that is copied, or copied to. */
export const MAX_ENTRIES = 100_000;
/** Longest file that is copied, and the most of all together. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_TREE_BYTES = 1024 * 1024 * 1024;

/** What the agent itself writes and keeps beside files: temporaries and backups. It is never copied and never removed. */
const OWN_FILES = [".holdfast-*-*", "*.holdfast-backup", "*.holdfast-backup.original"];

const SET_ID_BITS = 0o6000;

/** A source as it is now. */
export interface SourceTree {
  readonly top: FileEntry;
  /** Parents first; without what is excluded. */
  readonly wanted: readonly WantedEntry[];
  /** True when nothing at all is in it. */
  readonly isEmpty: boolean;
}

/** How the tree at a path is asked for: both trees of a copy alike. */
export function treeRequest(
  { exclude }: { readonly exclude: readonly string[] },
  path: string,
  content: TreeReadRequest["content"],
): TreeReadRequest {
  return {
    path,
    content,
    exclude: [...exclude, ...OWN_FILES],
    maxEntries: MAX_ENTRIES,
    maxBytes: MAX_TREE_BYTES,
  };
}

/**
 * Reads what should be copied.
 * @throws {Fault} ContentUnavailable, when there is no such directory: that is not an empty one; SourceEntryRefused, for
 *   what is not copied; what makes a tree or an entry of it unknown.
 */
export async function readSource(
  { path, source, recurse }: CopySpec,
  files: FileReader,
  content: TreeReadRequest["content"],
  signal: AbortSignal,
): Promise<SourceTree> {
  const request = { ...treeRequest(source, source.path, content), followLink: true };
  const found = await files.readTree(request, signal);
  if (found.type === "unknown") throw found.fault;
  const type = found.type === "present" ? found.value.entry.type : undefined;
  if (found.type === "absent" || type !== "directory") {
    const why = type === undefined ? "it does not exist" : `it is ${TYPE_WORDS[type]}`;
    throw unavailable({ path, source: source.path, why });
  }
  const { entry: top, entries } = found.value;
  const wanted = entries.flatMap((entry) => wantedOf(entry, source.path, recurse));
  return { top, wanted, isEmpty: entries.length === 0 };
}

/** The fault of a source that is not what it should be. */
export function unavailable({
  path,
  source,
  why,
}: {
  readonly path: string;
  readonly source: string;
  readonly why: string;
}): Fault {
  return new Fault({
    reason: "ContentUnavailable",
    message: `${path} cannot be made a copy of ${source}: ${why}`,
    resolution: `Put a readable directory at ${source}, or correct source.`,
  });
}

function wantedOf(
  { path, found }: TreeEntry,
  source: string,
  recurse: DeclaredAttributes | undefined,
): readonly WantedEntry[] {
  switch (found.type) {
    case "excluded":
      return [];
    case "unknown":
      throw found.fault;
    case "present":
      refuseEntry(pathBelow(source, path), found.value.entry, recurse);
      return [{ path, ...found.value }];
    default:
      return unreachable(found);
  }
}

function refuseEntry(
  path: string,
  { type, mode, sizeBytes }: FileEntry,
  recurse: DeclaredAttributes | undefined,
): void {
  if (type === "directory" || type === "link") return;
  if (type !== "file") {
    throw refused(`${path} is ${TYPE_WORDS[type]}`, "Remove it from the source, or exclude it.");
  }
  if (recurse?.mode === undefined && (mode & SET_ID_BITS) !== 0) {
    throw refused(
      `${path} has the mode ${formatMode(mode)}, which gives its owner's or group's rights to whoever runs it`,
      "Exclude it and declare it as a file with that mode, or take the bits away in the source.",
    );
  }
  if (sizeBytes > MAX_FILE_BYTES) {
    throw new Fault({
      reason: "ContentTooLarge",
      message: `${path} has ${sizeBytes} bytes; at most ${MAX_FILE_BYTES} are copied`,
      resolution: "Exclude it, and copy it with an exec that has a guard.",
    });
  }
}

function refused(message: string, resolution: string): Fault {
  return new Fault({
    reason: "SourceEntryRefused",
    message: `${message}; that is not copied`,
    resolution,
  });
}
