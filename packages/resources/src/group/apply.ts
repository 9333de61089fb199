import type { KindAction, LocalGroup, WriteContext } from "@holdfast/core";
import type { GroupSpec } from "./spec.ts";

/**
 * Makes, renumbers or removes one group. Files of the old number are left as they are.
 * @throws {Fault} GroupInUse, as somebody's primary group; IdTaken; NameTaken; AccountsLocked; NotPrivileged.
 */
export async function applyGroup(
  { spec, observed, changes }: KindAction<GroupSpec, LocalGroup>,
  { host, signal }: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { name, gid, isSystem, isAbsent } = spec;
  const number = gid === undefined ? {} : { gid };
  if (isAbsent) await host.accounts.removeGroup(name, signal);
  else if (observed === undefined) {
    await host.accounts.createGroup({ name, ...number, isSystem }, signal);
  } else await host.accounts.changeGroup(name, number, signal);
}
