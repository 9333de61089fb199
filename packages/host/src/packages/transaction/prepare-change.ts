import {
  Fault,
  type InstalledPackage,
  type PackageCandidate,
  type PackageDatabase,
  type PackageToInstall,
  type PackageTransaction,
} from "@holdfast/core";
import type { PackageChange } from "../package-backend.ts";

/** What a change is prepared from. */
export interface ChangeGround {
  readonly request: PackageTransaction;
  readonly database: PackageDatabase;
  readonly offers: ReadonlyMap<string, PackageCandidate>;
  readonly compareVersions: (a: string, b: string) => number;
  /** Names that are out already. */
  readonly refused: ReadonlyMap<string, Fault>;
}

/** What is left to do of a request, and what of it cannot be had. */
export interface PreparedChange {
  readonly install: readonly PackageToInstall[];
  /** Installed, or broken, and to go. */
  readonly remove: readonly string[];
  /** Those whose configuration goes too, whether they are installed or only that is left. */
  readonly purge: readonly string[];
  readonly refused: ReadonlyMap<string, Fault>;
}

/** Whether a package is to be installed, or to be installed in another version. */
export function needsInstall(
  { name, version }: PackageToInstall,
  { database, compareVersions }: Pick<ChangeGround, "database" | "compareVersions">,
): boolean {
  const found = database.packages.get(name);
  if (found === undefined || found.state.type === "config-files") return true;
  return version !== undefined && compareVersions(found.version ?? "", version) !== 0;
}

/**
 * Takes what is done already out of a request, and what the database or the sources show to be impossible, so that one
 * bad name does not spoil the others: the tool would refuse them all. Pure.
 */
export function prepareChange(ground: ChangeGround): PreparedChange {
  const { request, database } = ground;
  const refused = new Map(ground.refused);
  const judge = (name: string, fault: Fault | undefined): boolean => {
    if (fault !== undefined) refused.set(name, fault);
    return fault === undefined;
  };
  const install = (request.install ?? [])
    .filter(({ name }) => !refused.has(name))
    .filter((wanted) => needsInstall(wanted, ground))
    .filter((wanted) => judge(wanted.name, refuseInstall(wanted, ground)));
  const { remove = [], purge = [] } = request;
  const going = [...remove, ...purge].filter((name) => !refused.has(name));
  const isThere = (name: string): boolean => isPresent(database.packages.get(name));
  const removed = going.filter(isThere).filter((name) => judge(name, refuseHeld(name, ground)));
  const purged = purge.filter((name) => !refused.has(name) && database.packages.has(name));
  return { install, remove: removed, purge: purged, refused };
}

/** The one call that makes the change. Removed and purged together, all are removed first. */
export function changeOf(
  request: PackageTransaction,
  { install, remove, purge }: PreparedChange,
  database: PackageDatabase,
): PackageChange {
  const names = [...install.map(({ name }) => name), ...remove];
  return {
    type: "change",
    install,
    remove,
    isPurge: remove.length > 0 && remove.every((name) => purge.includes(name)),
    noRecommends: request.noRecommends ?? false,
    allowDowngrade: request.allowDowngrade ?? false,
    allowHeld: names.some((name) => database.packages.get(name)?.isHeld === true),
    conffiles: request.conffiles ?? "keep",
  };
}

function isPresent(found: InstalledPackage | undefined): boolean {
  return found !== undefined && found.state.type !== "config-files";
}

function refuseInstall(wanted: PackageToInstall, ground: ChangeGround): Fault | undefined {
  return (
    refuseOffer(wanted, ground) ?? refuseHeld(wanted.name, ground) ?? refuseOlder(wanted, ground)
  );
}

function refuseOffer(
  { name, version }: PackageToInstall,
  { offers }: ChangeGround,
): Fault | undefined {
  const offer = offers.get(name);
  if (offer === undefined) return notOffered(name, "no source offers");
  if (offer.versions.length === 0 && offer.providers.length > 0) return virtual(name, offer);
  if (version !== undefined && !offer.versions.includes(version))
    return notOffered(`${name} ${version}`, "no source offers");
  if (version === undefined && offer.candidate === undefined)
    return notOffered(name, "the sources, or their priorities, offer no version of");
  return undefined;
}

function refuseHeld(name: string, { request, database }: ChangeGround): Fault | undefined {
  const isOurs = (request.hold ?? []).includes(name) || (request.unhold ?? []).includes(name);
  if (isOurs || database.packages.get(name)?.isHeld !== true) return undefined;
  return held(name);
}

function refuseOlder(
  { name, version }: PackageToInstall,
  { request, database, compareVersions }: ChangeGround,
): Fault | undefined {
  const found = database.packages.get(name);
  if (version === undefined || found?.version === undefined) return undefined;
  const isOlder = isPresent(found) && compareVersions(version, found.version) < 0;
  if (!isOlder || request.allowDowngrade === true) return undefined;
  return new Fault({
    reason: "PackageDowngrade",
    message: `${name} ${version} is older than ${found.version}, which is installed`,
    resolution: "Declare a newer version, or allow downgrades for this package.",
  });
}

/** The package is held, and the request does not say what is to become of that. */
function held(name: string): Fault {
  return new Fault({
    reason: "PackageHeld",
    message: `${name} is held at its version`,
    resolution: "Declare the hold of this package, or take it away with the package tool.",
  });
}

function notOffered(what: string, why: string): Fault {
  return new Fault({
    reason: "PackageNotFound",
    message: `${why} ${what}`,
    resolution: "Correct the name or the version, or add the source that has it.",
  });
}

function virtual(name: string, { providers }: PackageCandidate): Fault {
  return new Fault({
    reason: "PackageVirtual",
    message: `${name} is no package; it is provided by ${providers.slice(0, 10).join(", ")}`,
    resolution: "Declare one of those that provide it.",
  });
}
