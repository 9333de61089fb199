import type { KindAction, PackageTransaction } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import type { PackageObserved } from "./observe.ts";
import type { PackageSpec } from "./spec.ts";

/** What is to be done with one package. */
export type PackageAction = KindAction<PackageSpec, PackageObserved>;

/** The part of a request that says what to change. */
type Parts = Pick<
  PackageTransaction,
  "install" | "remove" | "purge" | "hold" | "unhold" | "markManual"
>;

/** Who may go together: those for whom a transaction is the same but for what it changes. */
export function batchKey({ noRecommends, allowDowngrade, conffiles }: PackageSpec): string {
  return [
    noRecommends ? "without recommended" : "with recommended",
    allowDowngrade ? "downgrades" : "no downgrades",
    `${conffiles} conffiles`,
  ].join(", ");
}

/** Whether another version is to be installed than the one that is there, if one is. */
export function changesVersion({ spec, observed, changes }: PackageAction): boolean {
  if (spec.isAbsent) return false;
  const isThere = observed !== undefined && observed.state !== "config-files";
  return isThere ? hasChange(changes, "version") : hasChange(changes, "state");
}

/** Whether the tool has to install or remove something, and not only to mark what is there. */
export function installsOrRemoves({ spec, changes }: PackageAction): boolean {
  return spec.isAbsent || hasChange(changes, "state") || hasChange(changes, "version");
}

/** One transaction for all of them, with the version to install of each that has one. */
export function requestFor(
  actions: readonly PackageAction[],
  versions: ReadonlyMap<string, string>,
): PackageTransaction {
  const parts = actions.map((action) => partsOf(action, versions.get(action.spec.name)));
  const [spec] = actions.map((action) => action.spec);
  return {
    install: parts.flatMap(({ install = [] }) => install),
    remove: parts.flatMap(({ remove = [] }) => remove),
    purge: parts.flatMap(({ purge = [] }) => purge),
    hold: parts.flatMap(({ hold = [] }) => hold),
    unhold: parts.flatMap(({ unhold = [] }) => unhold),
    markManual: parts.flatMap(({ markManual = [] }) => markManual),
    noRecommends: spec?.noRecommends === true,
    allowDowngrade: spec?.allowDowngrade === true,
    conffiles: spec?.conffiles ?? "keep",
  };
}

/**
 * A hold that is declared is in every request, so that what is held by our own word may be changed, and is held
 * afterwards. Installing by name marks a package as asked for, and not every tool has another way.
 */
function partsOf(action: PackageAction, version: string | undefined): Parts {
  const { spec, changes } = action;
  const { name, isHeld, isAbsent, isPurged } = spec;
  const hold = isHeld === true ? { hold: [name] } : {};
  const unhold = isHeld === false ? { unhold: [name] } : {};
  if (isAbsent) return { ...unhold, ...(isPurged ? { purge: [name] } : { remove: [name] }) };
  const wanted = version === undefined || !changesVersion(action) ? { name } : { name, version };
  return {
    ...(installsOrRemoves(action) ? { install: [wanted] } : {}),
    ...(hasChange(changes, "manual") ? { markManual: [name] } : {}),
    ...hold,
    ...unhold,
  };
}
