import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";
import { bindVersionRule, versionSchema, type VersionRule } from "./version-rule.ts";

/** What an author writes under `spec` of a package; its name is the package's. */
export const packageSchema = z.strictObject({
  version: z.optional(
    z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9][A-Za-z0-9.+:~^_-]{0,126}\*?$/, "write a version, or 1.2.*"),
        z.describe('The version: exactly this one, or all that begin so: "1.2.*".'),
      ),
  ),
  minVersion: z.optional(versionSchema.check(z.describe("This version or a newer one."))),
  latest: z.optional(
    z.boolean().check(z.describe("The newest that the sources offer, also once it is installed.")),
  ),
  hold: z.optional(
    z.boolean().check(z.describe("Whether others are kept from changing it. Default: as it is.")),
  ),
  manual: z.optional(
    z
      .boolean()
      .check(z.describe("Mark it as asked for, so that it is never cleaned up. Default: true.")),
  ),
  noRecommends: z.optional(
    z.boolean().check(z.describe("Leave out packages that it only recommends.")),
  ),
  allowDowngrade: z.optional(
    z.boolean().check(z.describe("Go back to an older version where that is declared.")),
  ),
  conffiles: z.optional(
    z
      .enum(["keep", "replace"])
      .check(
        z.describe('Configuration files that were changed here: "keep" (default) or "replace".'),
      ),
  ),
  purge: z.optional(
    z.boolean().check(z.describe("When it is removed: remove its configuration too.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a package. */
export type PackageInput = z.infer<typeof packageSchema>;

/** What a package should be. */
export interface PackageSpec {
  /** With `:architecture` for one that is not the host's own. */
  readonly name: string;
  readonly version: VersionRule;
  /** `undefined` is not managed. */
  readonly isHeld?: boolean;
  /** False is not managed: nobody marks what was asked for as if it had not been. */
  readonly isManual: boolean;
  readonly noRecommends: boolean;
  readonly allowDowngrade: boolean;
  readonly conffiles: "keep" | "replace";
  readonly isPurged: boolean;
  readonly isAbsent: boolean;
}

/** Whatever some package tool takes for a name: no pattern, option, version or list. Each tool knows more narrowly. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._@-]{0,127}(?::[a-z0-9][a-z0-9_-]{0,31})?$/;

/** Joins name and input. */
export function bindPackage(name: string, input: PackageInput, report: BindReport): PackageSpec {
  if (!NAME.test(name)) {
    const detail = "write the exact name, with :architecture for one that is not the host's own";
    report("", "not a name of a package", detail);
  }
  const isAbsent = input.state === "absent";
  if (isAbsent) reportNeedless(input, report);
  const { hold, purge, conffiles = "keep" } = input;
  return {
    name,
    version: bindVersionRule(input, report),
    ...(hold === undefined ? {} : { isHeld: hold }),
    isManual: input.manual !== false,
    noRecommends: input.noRecommends === true,
    allowDowngrade: input.allowDowngrade === true,
    conffiles,
    isPurged: purge === true,
    isAbsent,
  };
}

/** `hold: false` is no contradiction: it lets a held package go. */
function reportNeedless(input: PackageInput, report: BindReport): void {
  const { version, minVersion, latest, hold } = input;
  const needless = { version, minVersion, latest, hold: hold === true || undefined };
  for (const [field, value] of Object.entries(needless)) {
    if (value === undefined) continue;
    const detail = `keep ${field} or state: absent, not both`;
    report(field, "said of what should be absent", detail);
  }
}

/** No such package. Our own hold goes with it. */
export function absentPackage(spec: PackageSpec): PackageSpec {
  const { isHeld: _isHeld, ...others } = spec;
  const released = spec.isHeld === undefined ? {} : { isHeld: false };
  return { ...others, ...released, version: { isLatest: false }, isAbsent: true };
}
