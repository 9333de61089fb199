import type { InstalledPackage, PackageCandidate, PackageDatabase } from "@holdfast/core";
import { compareApkVersions } from "./compare-apk-versions.ts";

/** apk's own file among the sources of a version. */
const INSTALLED_DATABASE = "lib/apk/db/installed";

/** How apk names what this runs on. */
export function apkArchitecture(): string {
  const names: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ia32: "x86" };
  return names[process.arch] ?? process.arch;
}

/**
 * Reads `/lib/apk/db/installed` and `/etc/apk/world`, which is the list of what somebody asked for.
 * @throws {Error} when a record is not understood, or there is none.
 */
export function parseInstalled(text: string, world: string): PackageDatabase {
  const asked = parseWorld(world);
  const packages = new Map<string, InstalledPackage>();
  for (const record of text.split(/\n\n+/).filter((each) => each.trim() !== "")) {
    const found = parseRecord(record, asked);
    packages.set(`${found.name}:${found.architecture}`, found);
    packages.set(found.name, found);
    if (found.architecture === "noarch") packages.set(`${found.name}:${apkArchitecture()}`, found);
  }
  if (packages.size === 0) throw new Error("has no package in it");
  return { packages, isInterrupted: false };
}

/**
 * Reads `apk policy`: the versions of each name, and where each is to be had. What is only installed is no candidate.
 * @throws {Error} when a line has a form that is not known.
 */
export function parsePolicy(output: string): ReadonlyMap<string, PackageCandidate> {
  const found = new Map<string, Map<string, boolean>>();
  let versions: Map<string, boolean> | undefined;
  let version: string | undefined;
  for (const line of output.split("\n").filter((each) => each !== "")) {
    const heading = /^(\S+) policy:$/.exec(line)?.[1];
    const next = /^ {2}(\S+):$/.exec(line)?.[1];
    const source = /^ {4}(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      versions = new Map();
      version = undefined;
      found.set(heading, versions);
    } else if (next !== undefined && versions !== undefined) {
      version = next;
      versions.set(version, false);
    } else if (source !== undefined && versions !== undefined && version !== undefined) {
      if (source !== INSTALLED_DATABASE) versions.set(version, true);
    } else {
      throw new Error(`not understood: ${line}`);
    }
  }
  return new Map([...found].map(([name, each]) => [name, candidateOf(each)]));
}

function candidateOf(found: ReadonlyMap<string, boolean>): PackageCandidate {
  const versions = [...found.keys()].sort((a, b) => compareApkVersions(b, a));
  const candidate = versions.find((each) => found.get(each) === true);
  return { ...(candidate === undefined ? {} : { candidate }), versions, providers: [] };
}

function parseRecord(record: string, asked: ReadonlySet<string>): InstalledPackage {
  const fields = new Map<string, string>();
  for (const line of record.split("\n")) {
    if (line[1] === ":" && !fields.has(line[0] ?? "")) fields.set(line[0] ?? "", line.slice(2));
  }
  const [name, version, architecture] = [fields.get("P"), fields.get("V"), fields.get("A")];
  if (name === undefined || version === undefined || architecture === undefined) {
    throw new Error("has a record without name, version or architecture");
  }
  const provides = (fields.get("p") ?? "").split(" ").map(bareName);
  return {
    name,
    version,
    architecture,
    // A package whose files or scripts failed carries a flag.
    state: fields.has("f") ? { type: "broken", how: "half-configured" } : { type: "installed" },
    isHeld: false,
    isManual: asked.has(name),
    // Commands and libraries have a colon.
    provides: provides.filter((each) => each !== "" && !each.includes(":")),
  };
}

/** `name`, `name=1.0`, `name@tag`; `!name` is what must not be there. */
function parseWorld(text: string): ReadonlySet<string> {
  const entries = text.split(/\s+/).filter((entry) => entry !== "" && !entry.startsWith("!"));
  return new Set(entries.map(bareName));
}

function bareName(dependency: string): string {
  return /^[^<>=~@]+/.exec(dependency)?.[0] ?? dependency;
}
