import type { KindAction, WriteContext } from "@holdfast/core";
import { parentPath } from "../absolute-path.ts";
import { applyLink } from "../link/apply.ts";
import { makeDirectories } from "../directory/make-directories.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { isOfTable, LINK_PART, RULES_PART, UNIT_PART } from "./diff.ts";
import type { FirewallObserved } from "./observe.ts";
import { type FirewallSpec, pathsOf } from "./spec.ts";

/**
 * Loads the table first: what the kernel refuses is not loaded at boot either. Files that are nobody's go before it changes, for
 * afterwards nothing would show that they should.
 * @throws {Fault} FirewallRefused; those of writing a file.
 */
export async function applyFirewall(
  action: KindAction<FirewallSpec, FirewallObserved>,
  context: WriteContext,
): Promise<void> {
  const { isBootUnmanaged } = action.spec;
  if (isBootUnmanaged) await applyBoot(action, context);
  await applyTable(action, context);
  if (!isBootUnmanaged) await applyBoot(action, context);
}

async function applyTable(
  { spec, changes }: KindAction<FirewallSpec, FirewallObserved>,
  { host, signal }: WriteContext,
): Promise<void> {
  if (!changes.some(isOfTable)) return;
  if (spec.isAbsent) await host.firewall.remove(spec.table.name, signal);
  else await host.firewall.replace(spec.table, signal);
}

async function applyBoot(
  action: KindAction<FirewallSpec, FirewallObserved>,
  context: WriteContext,
): Promise<void> {
  const { boot } = action.spec;
  if (action.changes.every(isOfTable)) return;
  // These directories are of no package, and systemd's of what somebody enabled may be missing.
  if (!boot.rules.isAbsent) {
    await makeDirectories([...new Set(pathsOf(boot).flatMap(directoriesOf))], context);
  }
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

/** The directories that a path is in, the uppermost first. */
function directoriesOf(path: string): readonly string[] {
  const parent = parentPath(path);
  return parent === "/" ? [] : [...directoriesOf(parent), parent];
}
