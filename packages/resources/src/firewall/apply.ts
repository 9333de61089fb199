import type { KindAction, WriteContext } from "@holdfast/core";
import { parentPath } from "../absolute-path.ts";
import { applyLink } from "../link/apply.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { isOfTable, LINK_PART, RULES_PART, UNIT_PART } from "./diff.ts";
import type { FirewallObserved } from "./observe.ts";
import { type FirewallSpec, pathsOf } from "./spec.ts";

/**
 * Loads the table first: what the kernel refuses is not loaded at boot either.
 * @throws {Fault} FirewallRefused; those of writing a file.
 */
export async function applyFirewall(
  action: KindAction<FirewallSpec, FirewallObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, changes } = action;
  const { host, signal } = context;
  if (changes.some(isOfTable)) {
    if (spec.isAbsent) await host.firewall.remove(spec.table.name, signal);
    else await host.firewall.replace(spec.table, signal);
  }
  if (!changes.some((one) => !isOfTable(one))) return;
  if (!spec.boot.rules.isAbsent) await makeDirectories(spec, context);
  await applyBoot(action, context);
}

async function applyBoot(
  action: KindAction<FirewallSpec, FirewallObserved>,
  context: WriteContext,
): Promise<void> {
  const { boot } = action.spec;
  const { rules, unit, link } = action.observed ?? {};
  await applyPart(RULES_PART, { ...action, spec: boot.rules, observed: rules }, context);
  await applyPart(UNIT_PART, { ...action, spec: boot.unit, observed: unit }, context);
  const prefix = `${LINK_PART}.`;
  const changes = action.changes
    .filter(({ path }) => path.startsWith(prefix))
    .map((one) => ({ ...one, path: one.path.slice(prefix.length) }));
  if (changes.length > 0) {
    await applyLink({ ...action, spec: boot.link, observed: link, changes }, context);
  }
}

/** The directories of these files are of no package, and systemd's of what somebody enabled may be missing. */
async function makeDirectories(
  { boot }: FirewallSpec,
  { host, signal }: WriteContext,
): Promise<void> {
  for (const directory of new Set(pathsOf(boot).flatMap(directoriesOf))) {
    const found = await host.files.read({ path: directory, content: "none" }, signal);
    if (found.type === "absent") await host.files.makeDirectory({ path: directory }, signal);
  }
}

/** The directories that a path is in, the uppermost first. */
function directoriesOf(path: string): readonly string[] {
  const parent = parentPath(path);
  return parent === "/" ? [] : [...directoriesOf(parent), parent];
}
