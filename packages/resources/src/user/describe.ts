import { formatExpiry } from "./expiry.ts";
import type { UserInput } from "./fields.ts";
import type { UserObserved } from "./observe.ts";
import type { UserSpec } from "./spec.ts";

/**
 * A user as an author would write it; `undefined` where that takes a password that is not the declared one, or one that
 * goes with the user: hashes stay where they are.
 */
export function describeUser(spec: UserSpec, observed: UserObserved): UserInput | undefined {
  const { uid, gid, primaryGroup, groups, comment, home, shell, isSystem, shadow } = observed;
  const { password, isAbsent } = spec;
  if (shadow === undefined) return undefined;
  if (!shadow.isDeclared || (isAbsent && shadow.form === "hash")) return undefined;
  const expires = formatExpiry(shadow.aging.expiryDay);
  if (expires === undefined) return undefined;
  return {
    uid,
    group: primaryGroup ?? gid,
    groups: [...groups],
    exactGroups: true,
    comment,
    home,
    ...(observed.homeType === "directory" ? { createHome: true } : {}),
    shell,
    ...(isSystem ? { system: true } : {}),
    ...(password === undefined ? {} : { password }),
    ...(shadow.form === "hash" ? { locked: shadow.isLocked } : {}),
    passwordAge: {
      minDays: shadow.aging.minimumDays ?? "none",
      maxDays: shadow.aging.maximumDays ?? "none",
      warnDays: shadow.aging.warningDays ?? "none",
      inactiveDays: shadow.aging.inactiveDays ?? "none",
    },
    expires,
    subuids: [...observed.subordinateUids],
    subgids: [...observed.subordinateGids],
  };
}
