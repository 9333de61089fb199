import type { BindReport, PackageCandidate } from "@holdfast/core";
import * as z from "zod/mini";

/** Which versions of a package are as declared. Without a field all are. */
export interface VersionRule {
  readonly exact?: string;
  /** What they begin with. */
  readonly prefix?: string;
  readonly minimum?: string;
  /** Of those the newest. */
  readonly isLatest: boolean;
}

/** As the package tool judges: negative when `a` is older. */
export type CompareVersions = (a: string, b: string) => number;

/** One version. */
export const versionSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9.+:~^_-]{0,127}$/, "write a version"));

interface VersionInput {
  readonly version?: string | undefined;
  readonly minVersion?: string | undefined;
  readonly latest?: boolean | undefined;
}

/** What other tools write for a version, and what is meant: no package has such a version. */
const STATES: ReadonlyMap<string, string> = new Map([
  ["latest", "latest: true"],
  ["present", "state: present"],
  ["installed", "state: present"],
  ["absent", "state: absent"],
  ["purged", "state: absent and purge: true"],
  ["held", "hold: true"],
]);

/** Makes one rule of the fields about versions. */
export function bindVersionRule(input: VersionInput, report: BindReport): VersionRule {
  const { version, minVersion, latest } = input;
  const isPattern = version?.endsWith("*") === true;
  const meant = version === undefined ? undefined : STATES.get(version.toLowerCase());
  if (meant !== undefined)
    report("version", "not a version", `"${version}" is no version: write ${meant}`);
  if (isPattern && !/[.+~:-]\*$/.test(version)) {
    const detail = `write ${version.slice(0, -1)}.* : "${version}" would also be a version that goes on with a digit`;
    report("version", "a pattern that ends within a number", detail);
  }
  const others = { minVersion, latest: latest === true || undefined };
  for (const [field, value] of Object.entries(others)) {
    if (version === undefined || isPattern || value === undefined) continue;
    report(field, "two versions", `keep version or ${field}, or write a pattern such as 1.2.*`);
  }
  return {
    ...(version === undefined || isPattern ? {} : { exact: version }),
    ...(isPattern ? { prefix: version.slice(0, -1) } : {}),
    ...(minVersion === undefined ? {} : { minimum: minVersion }),
    isLatest: latest === true,
  };
}

/** Whether it matters at all which version is there. */
export function managesVersion(rule: VersionRule): boolean {
  return rule.isLatest || shownRule(rule) !== undefined;
}

/** Whether a version is one of those, whatever else is offered. */
export function isAllowed(rule: VersionRule, version: string, compare: CompareVersions): boolean {
  const { exact, prefix = "", minimum } = rule;
  if (exact !== undefined && compare(version, exact) !== 0) return false;
  if (minimum !== undefined && compare(version, minimum) < 0) return false;
  return version.startsWith(prefix);
}

/**
 * The version to have of what is offered: the candidate, because the priorities of the sources say so; where that is not
 * allowed the newest that is. `undefined` when none is.
 */
export function chooseVersion(
  rule: VersionRule,
  { candidate, versions }: PackageCandidate,
  compare: CompareVersions,
): string | undefined {
  const allowed = versions.filter((version) => isAllowed(rule, version, compare));
  if (candidate !== undefined && allowed.includes(candidate)) return candidate;
  return allowed.toSorted((a, b) => compare(b, a))[0];
}

/**
 * What should be there instead of an installed version, in words for a person; `undefined` when it is as declared. What
 * is offered matters only for the latest; an older one than the installed is never that.
 */
export function lackingVersion(
  rule: VersionRule,
  installed: { readonly version: string; readonly offer: PackageCandidate | undefined },
  compare: CompareVersions,
): string | undefined {
  const { version, offer } = installed;
  if (!isAllowed(rule, version, compare)) return shownRule(rule);
  if (!rule.isLatest || offer === undefined) return undefined;
  const newest = chooseVersion(rule, offer, compare);
  return newest !== undefined && compare(newest, version) > 0 ? newest : undefined;
}

/** A rule for people; `undefined` when every version is allowed. */
export function shownRule({ exact, prefix, minimum }: VersionRule): string | undefined {
  const parts = [
    ...(prefix === undefined ? [] : [`${prefix}*`]),
    ...(minimum === undefined ? [] : [`${minimum} or newer`]),
  ];
  return exact ?? (parts.length === 0 ? undefined : parts.join(", "));
}
