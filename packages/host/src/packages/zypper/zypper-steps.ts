import { assert, type PackageToInstall, unreachable } from "@holdfast/core";
import type { PackageChange, PackageStep } from "../package-backend.ts";

type Argv = readonly [string, ...string[]];

/** The command of a step. */
export function zypperCommand(step: PackageStep, options: readonly string[]): Argv {
  const zypper = ["zypper", ...options, "--non-interactive", "--no-color"] as const;
  switch (step.type) {
    case "refresh":
      return [...zypper, "refresh"];
    case "change":
      return changeCommand(step, zypper, []);
    case "hold":
      return [...zypper, "addlock", "--type", "package", "--", ...step.names.map(specOf)];
    case "unhold":
      return [...zypper, "removelock", "--type", "package", "--", ...step.names.map(specOf)];
    case "finish":
    case "mark-manual":
      assert(false, `${step.type} is nothing that zypper is asked for`);
      break;
    default:
      return unreachable(step);
  }
}

/** The same change as a dry run, which says in XML what it would do. */
export function zypperDryRun(change: PackageChange, options: readonly string[]): Argv {
  const zypper = ["zypper", ...options, "--non-interactive", "--xmlout"] as const;
  return changeCommand(change, zypper, ["--dry-run"]);
}

/** A name with an exclamation mark is removed, in the same transaction. */
function changeCommand(change: PackageChange, zypper: Argv, more: readonly string[]): Argv {
  const { install, remove, noRecommends, allowDowngrade } = change;
  if (install.length === 0) {
    return [
      ...zypper,
      "--no-refresh",
      "remove",
      ...more,
      "--no-clean-deps",
      "--",
      ...remove.map(specOf),
    ];
  }
  const options = [
    "--auto-agree-with-licenses",
    ...(noRecommends ? ["--no-recommends"] : []),
    ...(allowDowngrade ? ["--oldpackage"] : []),
  ];
  const names = [...install.map(installSpec), ...remove.map((name) => `!${specOf(name)}`)];
  return [...zypper, "--no-refresh", "install", ...more, ...options, "--", ...names];
}

/** zypper writes an architecture behind a dot. */
function specOf(name: string): string {
  return name.replace(":", ".");
}

function installSpec({ name, version }: PackageToInstall): string {
  return version === undefined ? specOf(name) : `${specOf(name)}=${version}`;
}
