import { type Change, change, showBytes } from "@holdfast/core";
import { isWorldReadable } from "../../attributes/file-mode.ts";
import { fingerprintOf } from "../../fingerprint.ts";
import { TYPE_WORDS } from "../../path-faults.ts";
import type { CopySpec, ObservedCopy } from "./copied-entry.ts";
import { copySteps } from "./copy-steps.ts";

/** Names that a change shows. */
const SHOWN_NAMES = 5;

/** The changes of a copy that is not there at all. */
export function changesOfNewCopy({ source }: CopySpec): readonly Change[] {
  return [change("source", undefined, `a copy of ${source.path}`)];
}

/** The changes of everything below as one change for each thing to do: of how many entries, and the first of them. */
export function changesOfCopy(spec: CopySpec, copy: ObservedCopy): readonly Change[] {
  const steps = copySteps(spec, copy);
  const to = `as in ${spec.source.path}`;
  const blocked = steps.blocked.map(({ wanted, type }) => `${wanted.path} is ${TYPE_WORDS[type]}`);
  const changed = steps.changed.map(
    ({ wanted, fields }) => `${wanted.path} (${fields.join(", ")})`,
  );
  const changes = [
    ...(blocked.length === 0
      ? []
      : [change("source.type", shown(blocked), spec.force ? to : `${to}, with force only`)]),
    ...(steps.created.length === 0
      ? []
      : [change("source.create", undefined, shown(steps.created.map(({ path }) => path)))]),
    ...(changed.length === 0 ? [] : [change("source.change", shown(changed), to)]),
    // In the order in which an author lists them, not in that of the removal.
    ...(steps.removed.length === 0
      ? []
      : [change("purge", shown(steps.removed.toReversed().map(({ path }) => path)), undefined)]),
  ];
  if (isWorldReadable(copy.top.mode)) return changes;
  return changes.map((one) => ({ ...one, isPrivate: true }));
}

/** The source as a short text. */
export function wantedText(copy: ObservedCopy): string {
  return textOfRows(wantedRows(copy));
}

/** Both trees as a short text. */
export function copyText(copy: ObservedCopy): string {
  const { found, declaredUid, declaredGid } = copy;
  const rows = [
    ...wantedRows(copy),
    ...found.map(({ path, reading }) => [
      `>${path}`,
      reading?.entry.type ?? "excluded",
      ...(reading === undefined ? [] : [reading.entry.mode, reading.entry.uid, reading.entry.gid]),
      reading?.sha256 ?? reading?.linkTarget ?? reading?.entry.sizeBytes ?? "",
    ]),
  ];
  return `${declaredUid ?? "-"} ${declaredGid ?? "-"} ${textOfRows(rows)}`;
}

type Row = readonly (string | number)[];

function wantedRows({ top, wanted }: ObservedCopy): readonly Row[] {
  return [
    [".", top.mode, top.uid, top.gid],
    ...wanted.map(({ path, entry, sha256, linkTarget }) => [
      `<${path}`,
      entry.type,
      entry.mode,
      entry.uid,
      entry.gid,
      sha256 ?? linkTarget ?? "",
    ]),
  ];
}

function textOfRows(rows: readonly Row[]): string {
  return fingerprintOf(rows.map((row) => row.join("\0")).join("\n"));
}

function shown(names: readonly string[]): string {
  const count = names.length === 1 ? "1 entry" : `${names.length} entries`;
  const first = showBytes(names.slice(0, SHOWN_NAMES).join(", "));
  const more = names.length - SHOWN_NAMES;
  return more <= 0 ? `${count}: ${first}` : `${count}: ${first} and ${more} more`;
}
