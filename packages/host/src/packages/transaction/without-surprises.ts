import { Fault, type InstalledPackage, toFault } from "@holdfast/core";
import type { PackageBackend, PackageChange } from "../package-backend.ts";
import { type ChangeGround, changeOf, type PreparedChange } from "./prepare-change.ts";

const MOST_NAMED = 10;

/**
 * Takes removals out that would take packages along which nobody named: those that need what is removed. The tool is asked
 * what it would do only where something is removed.
 * @throws {Fault} whatever asking fails with, but for a refusal by the tool, which is the result of each package.
 */
export async function withoutSurprises(
  backend: PackageBackend,
  ground: ChangeGround,
  prepared: PreparedChange,
  signal: AbortSignal,
): Promise<PreparedChange> {
  if (prepared.remove.length === 0) return prepared;
  const change = changeOf(ground.request, prepared, ground.database);
  let foreseen = await ask(backend, change, signal);
  if (foreseen instanceof Fault && change.install.length > 0) {
    // Some tools refuse both together where the removal alone would take others along; then that is the reason.
    const alone = await ask(backend, { ...change, install: [] }, signal);
    if (!(alone instanceof Fault) && takenWith(alone, ground, prepared).length > 0)
      foreseen = alone;
  }
  const refused = new Map(prepared.refused);
  if (foreseen instanceof Fault) {
    const names = [...prepared.install.map(({ name }) => name), ...prepared.remove];
    for (const name of names) refused.set(name, foreseen);
  } else {
    for (const name of prepared.remove) {
      const fault = judgeRemoval(name, foreseen, { ground, prepared, tool: backend.tool });
      if (fault !== undefined) refused.set(name, fault);
    }
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
): Promise<readonly string[] | Fault> {
  try {
    return await backend.foreseeRemovals(change, signal);
  } catch (error) {
    const fault = toFault(error);
    if (fault.reason === "PackageFailed") return fault;
    throw fault;
  }
}

interface RemovalGround {
  readonly ground: ChangeGround;
  readonly prepared: PreparedChange;
  readonly tool: string;
}

function judgeRemoval(
  name: string,
  foreseen: readonly string[],
  { ground, prepared, tool }: RemovalGround,
): Fault | undefined {
  const { packages } = ground.database;
  const isGoing = foreseen.some((each) => packages.get(each) === packages.get(name));
  if (!isGoing) return notRemoved(name, tool);
  const taken = takenWith(foreseen, ground, prepared);
  return taken.length === 0 ? undefined : needed(name, taken);
}

/** What would go and was not named; under all its names a package is one object. */
function takenWith(
  foreseen: readonly string[],
  { database }: ChangeGround,
  { remove }: PreparedChange,
): readonly InstalledPackage[] {
  const going = new Set(foreseen.map((each) => database.packages.get(each)));
  for (const each of remove) going.delete(database.packages.get(each));
  return [...going].filter((each) => each !== undefined);
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
