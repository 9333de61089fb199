import type { FileEntry } from "@holdfast/core";
import type { DeclaredAttributes, ObservedAttributes } from "../../attributes/attributes.ts";

/** The attributes of the top of a copy: those of the source, but for what is declared. */
export function declaredTop(
  { mode, owner, group }: DeclaredAttributes,
  top: FileEntry,
): Required<DeclaredAttributes> {
  return {
    mode: mode ?? top.mode,
    owner: owner ?? String(top.uid),
    group: group ?? String(top.gid),
  };
}

/** What was observed of the top, with the ids that it should have. */
export function observedTop<Observed extends ObservedAttributes>(
  observed: Observed,
  { owner, group }: DeclaredAttributes,
  top: FileEntry,
): Observed {
  return {
    ...observed,
    declaredUid: owner === undefined ? top.uid : observed.declaredUid,
    declaredGid: group === undefined ? top.gid : observed.declaredGid,
  };
}
