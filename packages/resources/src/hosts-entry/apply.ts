import type { BatchMember, Fault, KindAction, WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { editHosts } from "../hosts-file/hosts-file.ts";
import { ALIASES } from "./diff.ts";
import { editEntries } from "./edit.ts";
import type { HostsEntryObserved } from "./observe.ts";
import type { HostsEntrySpec } from "./spec.ts";

type Action = KindAction<HostsEntrySpec, HostsEntryObserved>;

/**
 * Edits the lines of now and replaces the file; nothing else in it changes.
 * @throws {Fault} NotFound, without a file; WrongType, ContentInvalid, ContentTooLarge; ChangedMeanwhile; what keeps it
 *   from being written.
 */
export async function applyHostsEntry(action: Action, context: WriteContext): Promise<void> {
  await applyHostsEntries([{ action, context }]);
}

/** The same for many names in one write. What keeps one from being written keeps all. */
export async function applyHostsEntries(
  members: readonly BatchMember<HostsEntrySpec, HostsEntryObserved>[],
): Promise<readonly (Fault | undefined)[]> {
  const changing = members.filter(({ action }) => action.changes.length > 0);
  const [first] = changing;
  if (first !== undefined) {
    const specs = changing.map(({ action }) => wantedOf(action));
    await editHosts((table) => specs.reduce(editEntries, table), first.context);
  }
  return members.map(() => undefined);
}

/** Aliases that are ignored, or as declared, stay. */
function wantedOf({ spec, changes }: Action): HostsEntrySpec {
  const { aliases: _, ...withoutAliases } = spec;
  return hasChange(changes, ALIASES) ? spec : withoutAliases;
}
