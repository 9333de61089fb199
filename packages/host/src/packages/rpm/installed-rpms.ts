import type { InstalledPackage, PackageDatabase } from "@holdfast/core";
import { unreadable } from "../package-faults.ts";
import { compareRpmVersions } from "./compare-rpm-versions.ts";

/** How rpm names what this runs on. */
export function rpmArchitecture(): string {
  const names: Readonly<Record<string, string>> = {
    x64: "x86_64",
    arm64: "aarch64",
    ppc64: "ppc64le",
  };
  return names[process.arch] ?? process.arch;
}

/** One package of a machine of rpms. */
export type InstalledRpm = Omit<InstalledPackage, "state">;

/** Rpm has no packages that are installed in part; of several versions of a name the newest is the one. */
export function rpmDatabase(found: readonly InstalledRpm[], tool: string): PackageDatabase {
  // A machine without any package is one whose database was lost: the tools make a new one and say nothing.
  if (found.length === 0) throw unreadable("the database of rpm", `has no package, says ${tool}`);
  const packages = new Map<string, InstalledPackage>();
  const native = rpmArchitecture();
  for (const each of found) {
    const installed: InstalledPackage = { ...each, state: { type: "installed" } };
    for (const key of keysOf(each, native)) {
      const known = packages.get(key)?.version;
      const isNewer = known === undefined || compareRpmVersions(known, each.version ?? "") < 0;
      if (isNewer) packages.set(key, installed);
    }
  }
  return { packages, isInterrupted: false };
}

/** Epoch, version and release, as they are written for people: no epoch is none. */
export function shownVersion(version: string): string {
  return version.replace(/^(?:0|\(none\)):/, "");
}

function keysOf({ name, architecture }: InstalledRpm, native: string): readonly string[] {
  if (architecture === "noarch") return [name, `${name}:noarch`, `${name}:${native}`];
  return architecture === native ? [name, `${name}:${native}`] : [`${name}:${architecture}`];
}
