import type { Assessment, JudgedAction } from "@holdfast/core";
import { ATTRIBUTES_ONLY, changesOnlyAttributes } from "../attributes/attribute-risk.ts";
import { isRefused, REFUSED } from "../refused-risk.ts";
import type { FileObserved } from "./observe.ts";
import type { FileSpec } from "./spec.ts";

/** The rows of files; content is judged by the general rules. */
export const FILE_RISKS = { attributes: ATTRIBUTES_ONLY, refused: REFUSED } as const;

/** Whether no content is touched. */
export function riskOfFile({
  changes,
}: JudgedAction<FileSpec, FileObserved>): Assessment | undefined {
  if (isRefused(changes)) return FILE_RISKS.refused;
  return changesOnlyAttributes(changes) ? FILE_RISKS.attributes : undefined;
}
