import { type Change, change } from "@holdfast/core";
import { formatMode } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { attributesOf, driftOf, type EntryDrift, type EntryField } from "./compare.ts";
import type { ArchiveObserved } from "./observe.ts";
import type { ArchiveRecord } from "./record.ts";
import type { ArchiveSpec } from "./spec.ts";

/** Names of differing entries that a change shows. */
const SHOWN_ENTRIES = 3;

/** Compares what was extracted, and what became of it, with what is declared. */
export function diffArchive(
  spec: ArchiveSpec,
  observed: ArchiveObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) {
    return observed === undefined ? [] : [change("state", "present", "absent")];
  }
  if (observed === undefined) return [change("state", "absent", "present")];
  const { record, isCreated, wanted } = observed;
  if (isCreated && record?.attempt === undefined) return [];
  if (record === undefined || record.archive !== wanted) {
    return [change("source", shownArchive(record), shownArchive({ archive: wanted ?? "unknown" }))];
  }
  const ofRecord = [...diffSelection(spec, record), ...diffEnd(record)];
  if (ofRecord.length > 0) return ofRecord;
  const drifts = driftOf(record.entries, observed.tree, { declared: spec, ids: observed.ids });
  const changes = diffEntries(spec, drifts, record.entries.length);
  if (changes.length > 0 || spec.creates === undefined) return changes;
  return [change("creates", undefined, spec.creates)];
}

/** What was observed as a short text; what a name means is part of it, because it decides the diff. */
export function fingerprintArchive(observed: ArchiveObserved): string {
  const { record, tree, wanted, isBroken, isCreated, ids } = observed;
  const rows = [...tree].map(([path, entry]) =>
    [path, entry.type, attributesOf(entry), entry.sha256, entry.target].join("\0"),
  );
  const known = JSON.stringify([record ?? null, wanted ?? null, isBroken, isCreated, ids]);
  return `${fingerprintOf(known)} ${fingerprintOf(rows.join("\n"))}`;
}

/** For `ready`: which archive is there. */
export function archiveDetails({
  record,
}: ArchiveObserved): Readonly<Record<string, string | number>> {
  return record === undefined ? {} : { archive: record.archive, entries: record.entries.length };
}

function shownArchive(record: Pick<ArchiveRecord, "archive"> | undefined): string | undefined {
  return record === undefined ? undefined : `sha256:${record.archive}`;
}

function diffSelection({ selection }: ArchiveSpec, record: ArchiveRecord): readonly Change[] {
  const fields = ["strip", "exclude", "setuid"] as const;
  return fields.flatMap((field) => {
    const [from, to] = [record.selection[field], selection[field]];
    const isSame = JSON.stringify(from) === JSON.stringify(to);
    return isSame ? [] : [change(field, String(from), String(to))];
  });
}

/** An extraction that was cut off is never taken for one that is done. */
function diffEnd({ attempt }: ArchiveRecord): readonly Change[] {
  return attempt === undefined ? [] : [change("extraction", "begun", "done")];
}

/** The differences of all entries as one change for each field: how many differ, and the first of them. */
function diffEntries(
  { mode, owner, group }: ArchiveSpec,
  drifts: readonly EntryDrift[],
  total: number,
): readonly Change[] {
  const wanted: Readonly<Record<EntryField, string>> = {
    content: `as in the archive (${total} entries)`,
    mode: mode === undefined ? "as in the archive" : formatMode(mode),
    owner: owner ?? "",
    group: group ?? "",
  };
  return (["content", "mode", "owner", "group"] as const).flatMap((field) => {
    const differing = drifts.filter(({ fields }) => fields.has(field));
    return differing.length === 0
      ? []
      : [change(field, summarize(differing, field), wanted[field])];
  });
}

function summarize(differing: readonly EntryDrift[], field: EntryField): string {
  const words = differing.slice(0, SHOWN_ENTRIES).map(({ entry, found }) => {
    return `${entry.path === "" ? "." : entry.path} ${foundText(found, field)}`;
  });
  const more = differing.length - words.length;
  return more === 0 ? words.join(", ") : `${words.join(", ")} and ${more} more`;
}

function foundText(found: EntryDrift["found"], field: EntryField): string {
  if (found === undefined) return "is missing";
  switch (field) {
    case "content":
      return found.sha256 === undefined ? `is a ${found.type}` : "differs";
    case "mode":
      return formatMode(found.mode);
    case "owner":
      return String(found.uid);
    default:
      return String(found.gid);
  }
}
