import { type BatchMember, type Fault, toFault, type WriteContext } from "@holdfast/core";
import { reloadUnits } from "./fstab-file.ts";

/**
 * Applies members one after the other, each with its own result; systemd reads fstab once after the last of them.
 * `applyOne` resolves to whether it wrote fstab and systemd has not read it yet.
 */
export async function applyEach<Spec, Observed>(
  members: readonly BatchMember<Spec, Observed>[],
  applyOne: (spec: Spec, context: WriteContext) => Promise<boolean>,
): Promise<readonly (Fault | undefined)[]> {
  const faults: (Fault | undefined)[] = [];
  let written: WriteContext | undefined;
  for (const { action, context } of members) {
    try {
      if (action.changes.length > 0 && (await applyOne(action.spec, context))) written = context;
      faults.push(undefined);
    } catch (error) {
      faults.push(toFault(error));
    }
  }
  if (written !== undefined) await reloadUnits(written);
  return faults;
}
