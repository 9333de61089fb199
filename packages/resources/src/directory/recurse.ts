import { type Change, change, FailedEntries, showBytes } from "@holdfast/core";
import {
  type DeclaredAttributes,
  type DeclaredIds,
  diffAttributes,
  forDirectories,
  forLinks,
} from "../attributes/attributes.ts";
import { formatMode } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { Below, EntryBelow, UnreadEntry } from "./below.ts";

/** Names of differing entries that a change shows. */
const SHOWN_ENTRIES = 3;

/** What is below a directory, and what the names declared for it mean here. */
export interface ObservedBelow extends Below, DeclaredIds {}

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
  const ofTypes = { directory: forDirectories(recurse), link: forLinks(recurse) };
  const drifts: EntryDrift[] = [];
  for (const { path, entry } of below.entries) {
    const { type } = entry;
    const declared = type === "directory" || type === "link" ? ofTypes[type] : recurse;
    const changes = diffAttributes(declared, { ...entry, declaredUid, declaredGid });
    if (changes.length > 0) drifts.push({ path, entry, declared, changes });
  }
  return drifts;
}

/**
 * The changes of everything below as one change for each field: how many entries differ, and the first of them. What cannot
 * be read is one more, so that nobody takes the rest for all.
 */
export function diffBelow(
  recurse: DeclaredAttributes,
  below: ObservedBelow,
  top: string,
): readonly Change[] {
  const drifts = driftBelow(recurse, below);
  const { mode, owner, group } = recurse;
  const shown = { mode: mode === undefined ? undefined : formatMode(mode), owner, group };
  const changes = (["mode", "owner", "group"] as const).flatMap((field) => {
    const differing = drifts.filter((drift) => drift.changes.some(({ path }) => path === field));
    const to = shown[field];
    if (differing.length === 0 || to === undefined) return [];
    return [change(`recurse.${field}`, summarize(differing, field, top), to)];
  });
  if (below.unread.length === 0) return changes;
  const unread = `cannot be read: ${showBytes(failuresOf(below.unread).names())}`;
  return [...changes, change("recurse", unread, "as declared")];
}

/** What could not be read, as what failed. */
export function failuresOf(unread: readonly UnreadEntry[]): FailedEntries {
  const failed = new FailedEntries();
  for (const { path, fault } of unread) failed.add(path, fault);
  return failed;
}

/** What is below as a short text. */
export function belowText(below: ObservedBelow): string {
  const { entries, unread, declaredUid, declaredGid } = below;
  const rows = entries.map(({ path, entry: { type, mode, uid, gid } }) =>
    [path, type, mode, uid, gid].join("\0"),
  );
  rows.push(...unread.map(({ path, fault }) => `${path}\0${fault.reason}`));
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
