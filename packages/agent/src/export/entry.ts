import type { JsonObject } from "@holdfast/core";
import { SECTIONS, type Section } from "./candidate.ts";

/** One resource of an export, in the order and with the words in which it is written. */
export interface ExportEntry {
  readonly section: Section;
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
  /** Ids of what it comes after. */
  readonly dependsOn: readonly string[];
  /** Why it is there, to complete "this …". */
  readonly why: string;
  /** A secret is to be filled in first: it is written as a comment. */
  readonly isHole: boolean;
}

/** The id of its resource. */
export function entryId({ kind, name }: Pick<ExportEntry, "kind" | "name">): string {
  return `${kind}:${name}`;
}

/** By section and id, so that two exports of one machine are the same text. Directories come from the outside in. */
export function inOrder(entries: readonly ExportEntry[]): readonly ExportEntry[] {
  const rank = ({ section }: ExportEntry): number => SECTIONS.indexOf(section);
  return entries.toSorted((one, other) => {
    const [first, second] = [entryId(one), entryId(other)];
    return rank(one) - rank(other) || (first < second ? -1 : first > second ? 1 : 0);
  });
}
