import { type Change, change, showBytes } from "@holdfast/core";
import {
  type DeclaredAttributes,
  type DeclaredIds,
  diffAttributes,
  forDirectories,
} from "../attributes/attributes.ts";
import { formatMode } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { EntryBelow } from "./below.ts";

/** Names of differing entries that a change shows. */
const SHOWN_ENTRIES = 3;

/** What is below a directory, and what the names declared for it mean here. */
export interface ObservedBelow extends DeclaredIds {
  readonly entries: readonly EntryBelow[];
}

/** One entry that differs, with its own changes and the attributes declared for its type. */
export interface EntryDrift extends EntryBelow {
  readonly declared: DeclaredAttributes;
  readonly changes: readonly Change[];
}

/** The entries below that are not as declared. */
export function driftBelow(
  recurse: DeclaredAttributes,
  below: ObservedBelow,
): readonly EntryDrift[] {
  const { declaredUid, declaredGid } = below;
  const ofDirectories = forDirectories(recurse);
  const drifts: EntryDrift[] = [];
  for (const { path, entry } of below.entries) {
    const declared = entry.type === "directory" ? ofDirectories : recurse;
    const changes = diffAttributes(declared, { ...entry, declaredUid, declaredGid });
    if (changes.length > 0) drifts.push({ path, entry, declared, changes });
  }
  return drifts;
}

/** The changes of everything below as one change for each field: how many entries differ, and the first of them. */
export function diffBelow(
  recurse: DeclaredAttributes,
  below: ObservedBelow,
  top: string,
): readonly Change[] {
  const drifts = driftBelow(recurse, below);
  const { mode, owner, group } = recurse;
  const shown = { mode: mode === undefined ? undefined : formatMode(mode), owner, group };
  return (["mode", "owner", "group"] as const).flatMap((field) => {
    const differing = drifts.filter((drift) => drift.changes.some(({ path }) => path === field));
    const to = shown[field];
    if (differing.length === 0 || to === undefined) return [];
    return [change(`recurse.${field}`, summarize(differing, field, top), to)];
  });
}

/** What is below as a short text. */
export function belowText(below: ObservedBelow): string {
  const { entries, declaredUid, declaredGid } = below;
  const rows = entries.map(({ path, entry: { type, mode, uid, gid } }) =>
    [path, type, mode, uid, gid].join("\0"),
  );
  return `${declaredUid ?? "-"} ${declaredGid ?? "-"} ${fingerprintOf(rows.join("\n"))}`;
}

function summarize(differing: readonly EntryDrift[], field: string, top: string): string {
  const base = top === "/" ? top : `${top}/`;
  const shown = differing.slice(0, SHOWN_ENTRIES).map(({ path, changes }) => {
    const found = changes.find((one) => one.path === field)?.from;
    return `${showBytes(path.slice(base.length))} ${typeof found === "string" ? found : "?"}`;
  });
  const more = differing.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}
