import { type PackageToInstall, unreachable } from "@holdfast/core";
import type { PackageChange, PackageStep } from "../package-backend.ts";

type Argv = readonly [string, ...string[]];

/**
 * No question may be asked of anybody; no list of changes or bugs is shown; nothing is restarted behind our back; and
 * configuration that is not dpkg's own follows the same rule as dpkg's.
 */
export function aptEnvironment(conffiles: "keep" | "replace"): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LC_ALL: "C",
    DEBIAN_FRONTEND: "noninteractive",
    DEBCONF_NONINTERACTIVE_SEEN: "true",
    APT_LISTCHANGES_FRONTEND: "none",
    APT_LISTBUGS_FRONTEND: "none",
    NEEDRESTART_SUSPEND: "1",
    ...(conffiles === "keep" ? { UCF_FORCE_CONFFOLD: "1" } : { UCF_FORCE_CONFFNEW: "1" }),
  };
}

/** dpkg asks about a configuration file unless both are said: what it would do by itself, and what where it would ask. */
const KEEP = ["--force-confdef", "--force-confold"] as const;
/** With `confdef` the file that was changed here would be kept. */
const REPLACE = ["--force-confnew"] as const;
/** Somebody may take a lock between our check and apt's; those that this does not cover are waited for by us. */
const LOCK_TIMEOUT_SECONDS = 30;

/**
 * apt keeps what it made of dpkg's database, and takes it for current when the second and the length of that are the same.
 * After somebody's dpkg it would then do nothing and call that done; so it makes it anew. The lists stay kept.
 */
export const READ_ANEW = ["-o", "Dir::Cache::pkgcache="] as const;

/** The command of a step. */
export function aptCommand(step: PackageStep, dpkgOptions: readonly string[]): Argv {
  switch (step.type) {
    case "refresh":
      return ["apt-get", "-q", ...lockTimeout, "update"];
    case "finish":
      return ["dpkg", ...dpkgOptions, ...KEEP, "--configure", "--pending"];
    case "change":
      return changeCommand(step);
    case "hold":
    case "unhold":
      return ["apt-mark", ...READ_ANEW, step.type, "--", ...step.names];
    case "mark-manual":
      return ["apt-mark", ...READ_ANEW, "manual", "--", ...step.names];
    default:
      return unreachable(step);
  }
}

/** The same command as a dry run: it says what it would do and does nothing. */
export function dryRun(change: PackageChange): Argv {
  const [program, ...args] = changeCommand(change);
  return [program, "-s", ...args];
}

const lockTimeout = ["-o", `DPkg::Lock::Timeout=${LOCK_TIMEOUT_SECONDS}`] as const;

/**
 * A name with a hyphen behind it is removed. Names are exact and known to exist, by the database or by the sources, so that
 * none of them is taken for a pattern or for a removal.
 */
function changeCommand(change: PackageChange): Argv {
  const { install, remove, isPurge } = change;
  const conffiles = change.conffiles === "keep" ? KEEP : REPLACE;
  const options = [
    "-y",
    "-q",
    ...READ_ANEW,
    ...lockTimeout,
    "--no-auto-remove",
    ...conffiles.flatMap((option) => ["-o", `Dpkg::Options::=${option}`]),
    ...(change.noRecommends ? ["--no-install-recommends"] : []),
    ...(change.allowDowngrade ? ["--allow-downgrades"] : []),
    ...(change.allowHeld ? ["--allow-change-held-packages"] : []),
  ];
  if (install.length === 0) {
    return ["apt-get", ...options, isPurge ? "purge" : "remove", "--", ...remove];
  }
  const removal = remove.length === 0 ? ["--no-remove"] : isPurge ? ["--purge"] : [];
  // Absent ones; should somebody install one meanwhile, it is not upgraded.
  if (install.every(({ version }) => version === undefined)) removal.push("--no-upgrade");
  const names = [...install.map(argumentOf), ...remove.map((name) => `${name}-`)];
  return ["apt-get", ...options, ...removal, "install", "--", ...names];
}

function argumentOf({ name, version }: PackageToInstall): string {
  return version === undefined ? name : `${name}=${version}`;
}

/** The packages that a dry run says it would remove. */
export function parseDryRun(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => /^(?:Remv|Purg) (\S+)/.exec(line)?.[1] ?? []);
}
