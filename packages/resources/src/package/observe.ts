import {
  ABSENT,
  type BrokenHow,
  Fault,
  type InstalledPackage,
  type Observation,
  type PackageCandidate,
  type PackageDatabase,
  type PackageReader,
  present,
  type ReadContext,
} from "@holdfast/core";
import type { PackageSpec } from "./spec.ts";
import { lackingVersion } from "./version-rule.ts";

/** A package as the database has it, and what its spec means here, so that the comparison needs nothing else. */
export interface PackageObserved {
  /** `config-files`: it was removed, and its configuration is left. */
  readonly state: "installed" | "config-files" | BrokenHow;
  readonly version?: string;
  readonly isHeld: boolean;
  readonly isManual: boolean;
  /** What is declared instead of the version that is there; `undefined` when that is as declared. */
  readonly lackingVersion?: string;
}

/** The whole database, and what is offered for those that want the latest. */
export interface PackageSnapshot {
  readonly database: PackageDatabase;
  /** Names that the sources were asked about. */
  readonly asked: ReadonlySet<string>;
  /** Only those that want the latest are unknown when this is. */
  readonly offers: ReadonlyMap<string, PackageCandidate> | Fault;
}

/** Reads the database once for all, and asks the sources in one call about what they decide. */
export async function snapshotPackages(
  specs: readonly PackageSpec[],
  { host, signal }: ReadContext,
): Promise<PackageSnapshot> {
  const database = await host.packages.read(signal);
  const names = specs
    .filter((spec) => needsOffer(spec, database.packages.get(spec.name)))
    .map(({ name }) => name);
  return { database, asked: new Set(names), offers: await offersOf(host.packages, names, signal) };
}

/** Observes one package, in the snapshot where it has the answer. */
export function observePackage(
  spec: PackageSpec,
  context: ReadContext<PackageSnapshot>,
): Observation<PackageObserved> | Promise<Observation<PackageObserved>> {
  const { packages } = context.host;
  const { snapshot } = context;
  const found = snapshot?.database.packages.get(spec.name);
  if (snapshot !== undefined && (snapshot.asked.has(spec.name) || !needsOffer(spec, found))) {
    return observedIn(snapshot, spec, packages);
  }
  return snapshotPackages([spec], { ...context, snapshot: undefined }).then((own) =>
    observedIn(own, spec, packages),
  );
}

/** Only whether there is something newer is for the sources to say, and only of what is there. */
function needsOffer({ version, isAbsent }: PackageSpec, found: InstalledPackage | undefined) {
  return (
    version.isLatest && !isAbsent && found !== undefined && found.state.type !== "config-files"
  );
}

async function offersOf(
  packages: PackageReader,
  names: readonly string[],
  signal: AbortSignal,
): Promise<PackageSnapshot["offers"]> {
  if (names.length === 0) return new Map();
  try {
    return await packages.candidates(names, signal);
  } catch (error) {
    if (error instanceof Fault && !signal.aborted) return error;
    throw error;
  }
}

function observedIn(
  { database, offers }: PackageSnapshot,
  spec: PackageSpec,
  packages: PackageReader,
): Observation<PackageObserved> {
  const found = database.packages.get(spec.name);
  if (found === undefined) return ABSENT;
  const { state, version, isHeld, isManual } = found;
  const offer = needsOffer(spec, found) ? offerIn(offers, spec.name) : undefined;
  const compare = (a: string, b: string): number => packages.compareVersions(a, b);
  const lacking =
    version === undefined || state.type === "config-files"
      ? undefined
      : lackingVersion(spec.version, { version, offer }, compare);
  return present({
    state: state.type === "broken" ? state.how : state.type,
    ...(version === undefined ? {} : { version }),
    isHeld,
    isManual,
    ...(lacking === undefined ? {} : { lackingVersion: lacking }),
  });
}

function offerIn(offers: PackageSnapshot["offers"], name: string): PackageCandidate | undefined {
  if (offers instanceof Fault) throw offers;
  return offers.get(name);
}
