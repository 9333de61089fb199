import type { PackageCandidate } from "@holdfast/core";
import { compareRpmVersions } from "../rpm/compare-rpm-versions.ts";
import { type InstalledRpm, rpmArchitecture, shownVersion } from "../rpm/installed-rpms.ts";

/** Fields with tabs between them, then what the package provides, one a line. */
export const RPM_FORMAT =
  "%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n[%{PROVIDENAME}\\n]";

/** What libzypp knows beside rpm. */
export interface ZyppMarks {
  readonly automatic: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
}

/** Reads `rpm -qa` in `RPM_FORMAT`. @throws {Error} when a line is not understood. */
export function parseRpms(output: string, marks: ZyppMarks): readonly InstalledRpm[] {
  const found: (InstalledRpm & { provides: string[] })[] = [];
  for (const line of output.split("\n").filter((each) => each !== "")) {
    const [name = "", version, architecture, ...rest] = line.split("\t");
    if (version === undefined) {
      const last = found.at(-1);
      if (last === undefined) throw new Error(`not understood: ${line}`);
      if (!/[(/]/.test(name) && name !== last.name) last.provides.push(name);
      continue;
    }
    if (architecture === undefined || rest.length > 0) throw new Error(`not understood: ${line}`);
    const isHeld = marks.locked.has(name);
    const isManual = !marks.automatic.has(name);
    found.push({
      name,
      architecture,
      version: shownVersion(version),
      isHeld,
      isManual,
      provides: [],
    });
  }
  // rpm keeps the keys that it trusts as packages.
  return found.filter(({ name }) => name !== "gpg-pubkey");
}

/** Reads `/var/lib/zypp/AutoInstalled`: a name a line. */
export function parseAutoInstalled(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

/** Reads the names of packages out of `/etc/zypp/locks`; patterns lock others than they name, and are left out. */
export function parseLocks(text: string): ReadonlySet<string> {
  const names = text.split(/\n\n+/).flatMap((block) => {
    const isPackage = !/^type:/m.test(block) || /^type:\s*package\s*$/m.test(block);
    const name = /^solvable_name:\s*(\S+)\s*$/m.exec(block)?.[1];
    return isPackage && name !== undefined && !/[*?[]/.test(name) ? [name] : [];
  });
  return new Set(names);
}

/** One package in zypper's XML. */
export interface Solvable {
  readonly name: string;
  readonly edition: string;
  readonly architecture: string;
}

/**
 * Reads the packages out of `zypper --xmlout`, or out of one element of it.
 * @throws {Error} when it is not what zypper writes, or a package lacks a field.
 */
export function parseSolvables(output: string, element?: string): readonly Solvable[] {
  if (!/^<\?xml[^>]*>\s*<stream>/.test(output)) throw new Error("it is no answer in XML");
  const part = element === undefined ? output : elementOf(output, element);
  return [...part.matchAll(/<solvable\s([^<>]*?)\/?>/g)]
    .map(([, attributes = ""]) => new Map(attributesOf(attributes)))
    .filter((attributes) => (attributes.get("kind") ?? attributes.get("type")) === "package")
    .map((attributes) => {
      const [name, edition, architecture] = ["name", "edition", "arch"].map((key) =>
        attributes.get(key),
      );
      if (name === undefined || edition === undefined || architecture === undefined)
        throw new Error("a package has no name, edition or architecture");
      return { name, edition, architecture };
    });
}

/** The versions by name, newest first; foreign ones by `name:architecture`. */
export function offersOf(found: readonly Solvable[]): ReadonlyMap<string, PackageCandidate> {
  const native = rpmArchitecture();
  const editions = new Map<string, Set<string>>();
  for (const { name, edition, architecture } of found) {
    const isOwn = architecture === native || architecture === "noarch";
    for (const key of isOwn ? [name, `${name}:${native}`] : [`${name}:${architecture}`]) {
      editions.set(key, (editions.get(key) ?? new Set()).add(shownVersion(edition)));
    }
  }
  return new Map(
    [...editions].map(([name, each]) => {
      const versions = [...each].sort((a, b) => compareRpmVersions(b, a));
      return [name, { candidate: versions[0] ?? "", versions, providers: [] }];
    }),
  );
}

/** The content of an element that is there once or not at all. */
function elementOf(output: string, element: string): string {
  return new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(output)?.[1] ?? "";
}

/** Names, editions and architectures have nothing in them that XML escapes. */
function attributesOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/([a-z-]+)="([^"&]*)"/g)].map(([, key = "", value = ""]) => [
    key,
    value,
  ]);
}
