import type { Assessment, JudgedAction } from "@holdfast/core";
import { ATTRIBUTES_ONLY, changesOnlyAttributes } from "../attributes/attribute-risk.ts";
import { driftOf } from "./compare.ts";
import type { ArchiveObserved } from "./observe.ts";
import type { ArchiveSpec } from "./spec.ts";

/** The rows of archives; what was extracted before is judged by the general rules. */
export const ARCHIVE_RISKS = {
  attributes: ATTRIBUTES_ONLY,
  occupied: {
    risk: "destructive",
    impact: "data",
    why: "extracts over what others put into the directory",
  },
  unfinished: {
    risk: "benign",
    impact: "none",
    why: "finishes an extraction that was cut off",
    isWhole: true,
  },
  missing: {
    risk: "benign",
    impact: "none",
    why: "extracts again what is missing",
    isWhole: true,
  },
  empty: {
    risk: "benign",
    impact: "none",
    why: "extracts into an empty directory",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What an archive is extracted over. */
export function riskOfArchive({
  spec,
  observed,
  changes,
}: JudgedAction<ArchiveSpec, ArchiveObserved>): Assessment | undefined {
  if (observed === undefined || spec.isAbsent) return undefined;
  const { record, tree, ids, isOccupied } = observed;
  if (record === undefined) return isOccupied ? ARCHIVE_RISKS.occupied : ARCHIVE_RISKS.empty;
  if (record.attempt !== undefined) return ARCHIVE_RISKS.unfinished;
  if (changesOnlyAttributes(changes)) return ARCHIVE_RISKS.attributes;
  const drifts = driftOf(record.entries, tree, { declared: spec, ids });
  const isOverwritten = drifts.some(
    ({ found, fields }) => found !== undefined && fields.has("content"),
  );
  return drifts.length === 0 || isOverwritten ? undefined : ARCHIVE_RISKS.missing;
}
