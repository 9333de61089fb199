import { isSavedPlan, readSavedPlan, type SavedPlan } from "../saved-plan/saved-plan.ts";
import { readText } from "../sources/read-text.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";

/** What is in a file that is to be approved or applied. */
export type ApprovalFile =
  | { readonly type: "plan"; readonly plan: SavedPlan }
  /** Perhaps an envelope: who takes it says. */
  | { readonly type: "other"; readonly text: string };

/**
 * Reads a file.
 * @throws {Fault} InputInvalid, for a plan that is none; SourceUnsafe, when root would obey a plan that others can write; what
 *   reading a file throws.
 */
export async function readApprovalFile(
  path: string,
  userId: number | undefined,
  signal: AbortSignal,
): Promise<ApprovalFile> {
  const { value: text = "" } = await readText(path, signal);
  if (!isSavedPlan(text)) return { type: "other", text };
  refuseUnsafeSecrets(path, userId);
  return { type: "plan", plan: readSavedPlan(text, path) };
}
