import { Fault, type PackageTransaction } from "@holdfast/core";
import type { PackageBackend } from "../package-backend.ts";
import { noName } from "../package-faults.ts";

/** As every tool writes versions: nothing that a pattern, an option or a separator would be. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+:~^_-]{0,127}$/;

/** The names of a request that are none, that say two things at once, or that the tool cannot serve, each with why. */
export function refuseNames(
  request: PackageTransaction,
  { namePattern, lacks, tool }: Pick<PackageBackend, "namePattern" | "lacks" | "tool">,
): ReadonlyMap<string, Fault> {
  const refused = new Map<string, Fault>();
  if (lacks.has("hold")) {
    const names = [...(request.hold ?? []), ...(request.unhold ?? [])];
    for (const name of names) refused.set(name, cannot(tool, `hold ${name}`));
  }
  if (lacks.has("mark-manual")) {
    for (const name of request.markManual ?? []) refused.set(name, cannot(tool, `mark ${name}`));
  }
  if (lacks.has("replace-conffiles") && request.conffiles === "replace") {
    const what = "choose what becomes of configuration files";
    for (const { name } of request.install ?? []) refused.set(name, cannot(tool, what));
  }
  const { install = [], remove = [], purge = [] } = request;
  for (const name of namesOf(request)) {
    if (!namePattern.test(name)) refused.set(name, noName(name));
  }
  for (const { name, version } of install) {
    if (version !== undefined && !VERSION.test(version)) refused.set(name, noVersion(name));
  }
  const changed = [...install.map(({ name }) => name), ...remove, ...purge];
  for (const [at, name] of changed.entries()) {
    if (changed.indexOf(name) !== at) refused.set(name, contradiction(name, "changed twice"));
  }
  const held = new Set(request.hold);
  for (const name of request.unhold ?? []) {
    if (held.has(name)) refused.set(name, contradiction(name, "held and not held"));
  }
  return refused;
}

/** Every name of a request, once, in order. */
export function namesOf(request: PackageTransaction): readonly string[] {
  const { install = [], remove = [], purge = [], hold = [], unhold = [] } = request;
  const { markManual = [] } = request;
  const names = [install.map(({ name }) => name), remove, purge, hold, unhold, markManual].flat();
  return [...new Set(names)];
}

function cannot(tool: string, what: string): Fault {
  return new Fault({
    reason: "UnsupportedPlatform",
    message: `with ${tool} Holdfast cannot ${what}`,
    resolution: "Leave it out on this machine.",
  });
}

function noVersion(name: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `the version that is asked for ${name} is none`,
    resolution: "Write the exact version, as the package tool shows it.",
  });
}

function contradiction(name: string, what: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `${name} is ${what} in one transaction`,
    resolution: "Ask for one thing for each package.",
  });
}
