import type { PackageCandidate } from "@holdfast/core";
import { compareRpmVersions } from "./compare-rpm-versions.ts";
import { type InstalledRpm, rpmArchitecture, shownVersion } from "./installed-rpms.ts";

/** Fields with tabs between them, then what the package provides, one a line: names have neither. */
export const INSTALLED_FORMAT =
  "%{name}\\t%{epoch}:%{version}-%{release}\\t%{arch}\\t%{reason}\\n%{provides}\\n";
/** Of what is offered. */
export const OFFER_FORMAT = "%{name}\\t%{epoch}:%{version}-%{release}\\t%{arch}\\n";

const DEPENDENCY = /^(?:weak-)?dependency$/i;

/** Reads `dnf repoquery --installed` in `INSTALLED_FORMAT`. @throws {Error} when a line is not understood. */
export function parseInstalled(output: string, locked: ReadonlySet<string>): InstalledRpm[] {
  const found: (InstalledRpm & { provides: string[] })[] = [];
  for (const line of output.split("\n")) {
    const [name = "", version = "", architecture = "", reason = "", ...rest] = line.split("\t");
    if (line === "") continue;
    if (line.includes("\t")) {
      if (reason === "" || rest.length > 0) throw new Error(`not understood: ${line}`);
      const isHeld = locked.has(`${name}-${version}`);
      const isManual = !DEPENDENCY.test(reason);
      const shown = shownVersion(version);
      found.push({ name, architecture, version: shown, isHeld, isManual, provides: [] });
      continue;
    }
    const last = found.at(-1);
    const provided = /^[^\s(/]+(?= |$)/.exec(line)?.[0];
    if (last === undefined) throw new Error(`not understood: ${line}`);
    if (provided !== undefined && provided !== last.name) last.provides.push(provided);
  }
  return found;
}

/** Reads `dnf repoquery` in `OFFER_FORMAT`: the versions by name, newest first; foreign ones by `name:architecture`. */
export function parseOffers(output: string): ReadonlyMap<string, PackageCandidate> {
  const versions = new Map<string, Set<string>>();
  const native = rpmArchitecture();
  for (const line of output.split("\n").filter((each) => each !== "")) {
    const [name = "", version = "", architecture = "", ...rest] = line.split("\t");
    if (architecture === "" || rest.length > 0) throw new Error(`not understood: ${line}`);
    const isOwn = architecture === native || architecture === "noarch";
    for (const key of isOwn ? [name, `${name}:${native}`] : [`${name}:${architecture}`]) {
      versions.set(key, (versions.get(key) ?? new Set()).add(shownVersion(version)));
    }
  }
  return new Map(
    [...versions].map(([name, found]): [string, PackageCandidate] => {
      const sorted = [...found].sort((a, b) => compareRpmVersions(b, a));
      const [candidate = ""] = sorted;
      return [name, { candidate, versions: sorted, providers: [] }];
    }),
  );
}

/**
 * Reads what a transaction that was not confirmed would remove. The table breaks long names over two lines.
 * @throws {Error} when there is none, or its sum is not that of its rows.
 */
export function parseRemovals(output: string): readonly string[] {
  const end = output.indexOf("Transaction Summary");
  // What is asked for may be so already.
  if (end < 0 && /^Nothing to do\.?$/m.test(output)) return [];
  if (end < 0) throw new Error("it shows no transaction");
  const removed: string[] = [];
  let isRemoving = false;
  for (const line of output.slice(0, end).split("\n")) {
    const section = /^([A-Z][A-Za-z ]+):$/.exec(line)?.[1];
    if (section !== undefined) isRemoving = section.startsWith("Removing");
    const name = /^ (\S+)(?:\s|$)/.exec(line)?.[1];
    if (name !== undefined && isRemoving) removed.push(name);
  }
  const sum = Number(/^Remove +(\d+) Package/m.exec(output.slice(end))?.[1] ?? 0);
  if (sum !== removed.length)
    throw new Error(`it removes ${sum} packages, and names ${removed.length}`);
  return removed;
}

/** The locked packages of the versionlock plug-in, as `name-epoch:version-release`. */
export function parseVersionlock(text: string): ReadonlySet<string> {
  const lines = text.split("\n").map((line) => line.trim());
  return new Set(
    lines.flatMap((line) => /^([^#!\s]+-\d+:[^\s-]+-[^\s-]+)\.\*$/.exec(line)?.[1] ?? []),
  );
}
