import type { PackageCandidate } from "@holdfast/core";

/** What `apt-cache policy` says of one package. */
interface Policy {
  readonly name: string;
  readonly candidate: string | undefined;
  readonly versions: readonly string[];
}

/**
 * Reads the output of `apt-cache policy` in the C locale. A name that is asked for with a dot in it may have been taken
 * for a pattern, so that packages are in it that nobody asked for.
 * @throws {Error} when a line has a form that is not known.
 */
export function parsePolicy(output: string): ReadonlyMap<string, PackageCandidate> {
  const found = new Map<string, PackageCandidate>();
  for (const { name, candidate, versions } of readPolicies(output)) {
    const version = candidate === undefined ? {} : { candidate };
    found.set(name, { ...version, versions, providers: [] });
  }
  return found;
}

function* readPolicies(output: string): Generator<Policy> {
  let name: string | undefined;
  let candidate: string | undefined;
  let versions: string[] = [];
  for (const line of output.split("\n")) {
    const heading = /^(\S+):$/.exec(line)?.[1];
    if (heading !== undefined) {
      if (name !== undefined) yield { name, candidate, versions };
      [name, candidate, versions] = [heading, undefined, []];
      continue;
    }
    const field = /^  (Installed|Candidate|Version table|Package pin|Pinned packages): ?(.*)$/.exec(
      line,
    );
    if (field?.[1] === "Candidate") candidate = versionOf(field[2] ?? "");
    // " *** 1.0 500" is installed, "     1.0 500" is not; what follows, deeper, is where the version comes from.
    const version = /^ (?:\*\*\*|   ) (\S+)(?: -?\d+)?(?: \(phased \d+%\))?$/.exec(line)?.[1];
    if (version !== undefined) versions.push(version);
    const isKnown = field !== null || version !== undefined || /^ {8}/.test(line) || line === "";
    if (!isKnown || name === undefined) {
      if (line !== "") throw new Error(`apt-cache said what is not understood: ${line}`);
    }
  }
  if (name !== undefined) yield { name, candidate, versions };
}

function versionOf(text: string): string | undefined {
  return text === "(none)" ? undefined : text;
}

/** The packages that provide a name, from `apt-cache showpkg`. */
export function parseProviders(output: string): readonly string[] {
  const lines = output.split("\n");
  const start = lines.findIndex((line) => line.startsWith("Reverse Provides:"));
  if (start < 0) return [];
  const providers = lines.slice(start + 1).flatMap((line) => /^(\S+) \S+/.exec(line)?.[1] ?? []);
  return [...new Set(providers)].sort();
}
