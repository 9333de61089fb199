import { Fault, type KindOperation, type WriteContext } from "@holdfast/core";
import { applyPackage } from "./apply.ts";
import { diffPackage } from "./diff.ts";
import { observePackage } from "./observe.ts";
import type { PackageSpec } from "./spec.ts";
import { fetchLists } from "./transact.ts";

/** What can be asked of a package. */
export const packageOperations: Readonly<Record<string, KindOperation<PackageSpec>>> = {
  upgrade: {
    summary: "Fetches the lists and installs the newest version that the spec allows.",
    risk: "disruptive",
    impact: "restart",
    run: upgradePackage,
  },
};

/**
 * Installs the newest version of those that are as declared, once.
 * @throws {Fault} OperationRefused, of one that is to be absent; PackageListsUnavailable; what `applyPackage` throws.
 */
async function upgradePackage(declared: PackageSpec, context: WriteContext): Promise<void> {
  if (declared.isAbsent) throw notThere(declared);
  const spec = { ...declared, version: { ...declared.version, isLatest: true } };
  const plan = { verb: "update", cause: "intent", provenance: "adopted", spec } as const;
  const member = { action: { ...plan, observed: undefined, changes: [] }, context };
  const { fault } = await fetchLists([member], context.attempt);
  if (fault !== undefined) throw fault;
  const found = await observePackage(spec, context);
  if (found.type === "unknown") throw found.fault;
  const observed = found.type === "present" ? found.value : undefined;
  await applyPackage({ ...plan, observed, changes: diffPackage(spec, observed) }, context);
}

function notThere({ name }: PackageSpec): Fault {
  return new Fault({
    reason: "OperationRefused",
    message: `${name} is declared absent, so there is nothing to upgrade`,
    resolution: "Declare it present first.",
  });
}
