import { type Change, change, type IdRange, type Json, type UserAging } from "@holdfast/core";
import type { UserObserved } from "./observe.ts";
import type { UserSpec } from "./spec.ts";

/** Compares a user with its spec. Where its number is from matters only when it is made. */
export function diffUser(spec: UserSpec, observed: UserObserved | undefined): readonly Change[] {
  if (spec.isAbsent) return observed === undefined ? [] : [change("state", "present", undefined)];
  return [
    ...diffState(observed),
    ...diffEntry(spec, observed),
    ...diffGroups(spec, observed),
    ...diffHome(spec, observed),
    ...diffPassword(spec, observed),
    ...diffAging(spec, observed),
    ...diffRanges("subuids", spec.subordinateUids, observed?.subordinateUids),
    ...diffRanges("subgids", spec.subordinateGids, observed?.subordinateGids),
  ];
}

function diffState(observed: UserObserved | undefined): readonly Change[] {
  if (observed === undefined) return [change("state", undefined, "present")];
  return observed.shadow === undefined ? [change("state", "unfinished", "present")] : [];
}

function diffEntry(
  { uid, primaryGroup, comment, home, shell }: UserSpec,
  observed: UserObserved | undefined,
): readonly Change[] {
  const isInGroup = observed !== undefined && observed.declaredGid === observed.gid;
  const group = isInGroup ? primaryGroup : (observed?.primaryGroup ?? observed?.gid);
  return [
    ...field("uid", observed?.uid, uid),
    ...field("group", group, primaryGroup),
    ...field("comment", observed?.comment, comment),
    ...field("home", observed?.home, home),
    ...field("shell", observed?.shell, shell),
  ];
}

function field(path: string, from: Json | undefined, to: Json | undefined): readonly Change[] {
  return to === undefined || from === to ? [] : [change(path, from, to)];
}

function diffGroups(spec: UserSpec, observed: UserObserved | undefined): readonly Change[] {
  const { add, remove } = membershipOf(spec, observed);
  if (add.length === 0 && remove.length === 0) return [];
  const now = observed?.groups ?? [];
  const next = [...now.filter((group) => !remove.includes(group)), ...add].toSorted();
  return [change("groups", observed === undefined ? undefined : now, next)];
}

/** The groups to join and to leave. */
export function membershipOf(
  { groups = [], hasExactGroups }: UserSpec,
  observed: UserObserved | undefined,
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const now = observed?.groups ?? [];
  return {
    add: groups.filter((group) => !now.includes(group)),
    remove: hasExactGroups ? now.filter((group) => !groups.includes(group)) : [],
  };
}

/** Whatever is at the path stays: that it is no directory is found out when the user logs in, not by removing it. */
function diffHome({ createHome }: UserSpec, observed: UserObserved | undefined): readonly Change[] {
  const type = observed?.homeType;
  if (!createHome || (type !== undefined && type !== "unfinished")) return [];
  return [change("createHome", type, "directory")];
}

/** A hash is never shown. */
function diffPassword(
  { password, isLocked }: UserSpec,
  observed: UserObserved | undefined,
): readonly Change[] {
  const { form, isDeclared, isLocked: wasLocked } = observed?.shadow ?? NO_SHADOW;
  const isSame = password === undefined || isDeclared;
  const isSet = form !== "none";
  return [
    ...(isSame ? [] : [change("password", isSet ? "another" : undefined, "as declared")]),
    ...field("locked", wasLocked, isLocked),
  ];
}

const NO_SHADOW = { form: "none", isDeclared: false, isLocked: undefined } as const;

/** The fields of aging by the names that an author writes. */
export const AGING_FIELDS = {
  minimumDays: "passwordAge.minDays",
  maximumDays: "passwordAge.maxDays",
  warningDays: "passwordAge.warnDays",
  inactiveDays: "passwordAge.inactiveDays",
  expiryDay: "expires",
} as const satisfies Partial<Record<keyof UserAging, string>>;

/** Such a field. */
export type AgingField = keyof typeof AGING_FIELDS;

/** All of them. */
export const agingFields = Object.keys(AGING_FIELDS) as readonly AgingField[];

function diffAging({ aging }: UserSpec, observed: UserObserved | undefined): readonly Change[] {
  return agingFields.flatMap((name) => {
    const [from, to] = [observed?.shadow?.aging[name], aging[name]];
    if (to === undefined || from === (to === "none" ? undefined : to)) return [];
    return [change(AGING_FIELDS[name], from, to === "none" ? undefined : to)];
  });
}

function diffRanges(
  path: string,
  declared: readonly IdRange[] | undefined,
  observed: readonly IdRange[] = [],
): readonly Change[] {
  if (declared === undefined) return [];
  const [from, to] = [rangesText(observed), rangesText(declared)];
  if (from === to) return [];
  return [change(path, from === "" ? undefined : from, to === "" ? undefined : to)];
}

/** Ranges whose order says nothing. */
function rangesText(ranges: readonly IdRange[]): string {
  return ranges
    .map(({ first, count }) => `${first}+${count}`)
    .toSorted()
    .join(" ");
}

/** The state of a user as a short text; a hash is not in it. */
export function fingerprintUser(observed: UserObserved): string {
  return JSON.stringify(observed);
}
