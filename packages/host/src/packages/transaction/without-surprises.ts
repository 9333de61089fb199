import { Fault, type InstalledPackage, toFault } from "@holdfast/core";
import type { ForeseenChange, PackageBackend, PackageChange } from "../package-backend.ts";
import { type ChangeGround, changeOf, held, type PreparedChange } from "./prepare-change.ts";

const MOST_NAMED = 10;

/**
 * Takes out what would change packages that nobody named: those that would go with what is removed, and others that are
 * held. The tool is asked only where that may be.
 * @throws {Fault} whatever asking fails with, but for a refusal by the tool, which is the result of each package.
 */
export async function withoutSurprises(
  backend: PackageBackend,
  ground: ChangeGround,
  prepared: PreparedChange,
  signal: AbortSignal,
): Promise<PreparedChange> {
  const change = changeOf(ground.request, prepared, ground.database);
  if (change.remove.length === 0 && !change.allowHeld) return prepared;
  const foreseen = await ask(backend, change, signal);
  const refused = new Map(prepared.refused);
  if (foreseen instanceof Fault) {
    for (const name of changedNames(prepared)) refused.set(name, foreseen);
  } else {
    const taken = unnamed(foreseen.removed, ground, prepared);
    for (const name of prepared.remove)
      if (taken.length > 0) refused.set(name, needed(name, taken));
    const going = new Set(foreseen.removed.map((name) => ground.database.packages.get(name)));
    const kept = prepared.remove.filter((name) => !going.has(ground.database.packages.get(name)));
    for (const name of kept) refused.set(name, notRemoved(name, backend.tool));
    const changed = unnamed([...foreseen.installed, ...foreseen.removed], ground, prepared);
    const other = changed.find(({ isHeld }) => isHeld);
    for (const name of changedNames(prepared))
      if (other !== undefined) refused.set(name, held(other.name));
  }
  const isLeft = (name: string): boolean => !refused.has(name);
  return {
    install: prepared.install.filter(({ name }) => isLeft(name)),
    remove: prepared.remove.filter(isLeft),
    purge: prepared.purge.filter(isLeft),
    refused,
  };
}

async function ask(
  backend: PackageBackend,
  change: PackageChange,
  signal: AbortSignal,
): Promise<ForeseenChange | Fault> {
  try {
    return await backend.foresee(change, signal);
  } catch (error) {
    const fault = toFault(error);
    if (fault.reason === "PackageFailed") return fault;
    throw fault;
  }
}

/** Those that are there and were not named; under all its names a package is one object. */
function unnamed(
  names: readonly string[],
  { database }: ChangeGround,
  prepared: PreparedChange,
): readonly InstalledPackage[] {
  const named = new Set(changedNames(prepared).map((name) => database.packages.get(name)));
  return names.flatMap((name) => {
    const found = database.packages.get(name);
    return found === undefined || named.has(found) ? [] : [found];
  });
}

function changedNames({ install, remove }: PreparedChange): readonly string[] {
  return [...install.map(({ name }) => name), ...remove];
}

function notRemoved(name: string, tool: string): Fault {
  return new Fault({
    reason: "PackageFailed",
    message: `${tool} would not remove ${name}`,
    resolution: "Remove it with the package tool by itself, and see what it says.",
  });
}

function needed(name: string, taken: readonly InstalledPackage[]): Fault {
  const names = taken.slice(0, MOST_NAMED).map((each) => each.name);
  return new Fault({
    reason: "PackageNeeded",
    message: `removing ${name} would remove ${names.join(", ")} too`,
    resolution: "Declare those absent as well, or keep this one.",
  });
}
