import type { FileEntry, FileReading } from "@holdfast/core";
import {
  type DeclaredAttributes,
  type DeclaredIds,
  forDirectories,
} from "../../attributes/attributes.ts";

/** Whose tree a directory is a copy of. */
export interface SourceSpec {
  /** A directory on the host. */
  readonly path: string;
  /** Globs of what is neither copied nor touched, in both trees. */
  readonly exclude: readonly string[];
  /** Whether what the source does not have is removed. */
  readonly isPurging: boolean;
}

/** What a copy needs of the spec of a directory. */
export interface CopySpec extends DeclaredAttributes {
  readonly path: string;
  readonly source: SourceSpec;
  /** What is declared for everything below; it wins over what the source has. */
  readonly recurse?: DeclaredAttributes;
  readonly force: boolean;
}

/** A spec that has a source. */
export type CopyOf<Spec> = Spec & { readonly source: SourceSpec };

/** Tells whether a directory is a copy of another. */
export function isCopy<Spec extends { readonly source?: SourceSpec }>(
  spec: Spec,
): spec is CopyOf<Spec> {
  return spec.source !== undefined;
}

/** An entry of the source: a regular file with its digest, a directory, or a symbolic link with its target. */
export interface WantedEntry extends FileReading {
  /** From the top on. */
  readonly path: string;
}

/** An entry below the directory. A regular file has its digest where the source has one of its path, if it can be read. */
export interface FoundEntry {
  /** From the top on. */
  readonly path: string;
  /** `undefined` for what is excluded. */
  readonly reading: FileReading | undefined;
}

/** A source and its copy, and what the names declared for everything below mean here. */
export interface ObservedCopy extends DeclaredIds {
  /** The top of the source. */
  readonly top: FileEntry;
  /** Parents first. */
  readonly wanted: readonly WantedEntry[];
  /** Parents first. */
  readonly found: readonly FoundEntry[];
}

/** As numbers; an id is `undefined` when a name is declared that nobody has. */
export interface WantedAttributes {
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** The attributes that an entry should have: those of the source, but for what is declared. */
export function wantedAttributes(
  { type, mode, uid, gid }: FileEntry,
  recurse: DeclaredAttributes = {},
  ids: DeclaredIds,
): WantedAttributes {
  const declared = type === "directory" ? forDirectories(recurse) : recurse;
  return {
    mode: declared.mode ?? mode,
    uid: recurse.owner === undefined ? uid : ids.declaredUid,
    gid: recurse.group === undefined ? gid : ids.declaredGid,
  };
}

/** The path of an entry. */
export function pathBelow(top: string, entry: string): string {
  return `${top === "/" ? "" : top}/${entry}`;
}
