import type { JsonObject, LocalGroup, LocalUser } from "@holdfast/core";
import type { InstallRecords } from "@holdfast/host";

/** Whether a user or a group came with the system or a package, as far as anything tells. */
export function isBroughtAccount(
  { name, isSystem }: Pick<LocalUser | LocalGroup, "name" | "isSystem">,
  { systemAccounts, scripts }: Pick<InstallRecords, "systemAccounts" | "scripts">,
): boolean {
  return isSystem && (systemAccounts.has(name) || scripts.ofAccount(name) !== undefined);
}

/** The groups of a user that was described. */
export function namesOfGroups({ groups }: JsonObject): readonly string[] {
  return Array.isArray(groups) ? groups.filter((name) => typeof name === "string") : [];
}
