import type { KindAction, WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { editHosts } from "../hosts-file/hosts-file.ts";
import { ALIASES } from "./diff.ts";
import { editEntries } from "./edit.ts";
import type { HostsEntryObserved } from "./observe.ts";
import type { HostsEntrySpec } from "./spec.ts";

/**
 * Edits the lines of now and replaces the file; nothing else in it changes.
 * @throws {Fault} NotFound, without a file; WrongType, ContentInvalid, ContentTooLarge; ChangedMeanwhile; what keeps it
 *   from being written.
 */
export async function applyHostsEntry(
  { spec, changes }: KindAction<HostsEntrySpec, HostsEntryObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  // Aliases that are ignored, or as declared, stay.
  const { aliases: _, ...withoutAliases } = spec;
  const wanted = hasChange(changes, ALIASES) ? spec : withoutAliases;
  await editHosts((table) => editEntries(table, wanted), context);
}
