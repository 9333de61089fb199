import type { PackageToInstall } from "@holdfast/core";
import type { PackageChange } from "@holdfast/host";

/** A package in a simulated source. Dependencies are names without versions. */
export interface OfferedPackage {
  readonly name: string;
  readonly version: string;
  /** Default: for all architectures. */
  readonly architecture?: string;
  readonly depends?: readonly string[];
  readonly recommends?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly provides?: readonly string[];
  /** The content of its configuration file, `/etc/NAME.conf`. */
  readonly conffile?: string;
}

/** What a machine has and is offered. */
export interface PackageGround {
  keyOf(name: string): string;
  /** Newest first. */
  offersOf(name: string): readonly OfferedPackage[];
  providersOf(name: string): readonly string[];
  /** By key; those of which only configuration is left are not there. */
  present(): readonly (readonly [string, OfferedPackage])[];
}

/** What a change comes to. */
export interface ResolvedChange {
  readonly install: readonly OfferedPackage[];
  /** By key; those that need what is removed go too. */
  readonly remove: readonly string[];
}

/** What a change comes to on a machine; `undefined` where it cannot be had. */
export function resolveChange(
  ground: PackageGround,
  change: PackageChange,
): ResolvedChange | undefined {
  const install = new Map<string, OfferedPackage>();
  const selection = { ground, install, isBare: change.noRecommends };
  if (!change.install.every((wanted) => select(selection, wanted))) return undefined;
  const remove = new Set(change.remove.map((name) => ground.keyOf(name)));
  const after = (): OfferedPackage[] => [
    ...ground
      .present()
      .filter(([key]) => !remove.has(key) && !install.has(key))
      .map(([, offer]) => offer),
    ...install.values(),
  ];
  for (let lonely = lonelyOf(after()); lonely.length > 0; lonely = lonelyOf(after())) {
    if (lonely.some((key) => install.has(key))) return undefined;
    for (const key of lonely) remove.add(key);
  }
  const names = new Set(after().flatMap(({ name, provides = [] }) => [name, ...provides]));
  const clashes = after().some(({ conflicts = [] }) => conflicts.some((name) => names.has(name)));
  return clashes ? undefined : { install: [...install.values()], remove: [...remove] };
}

/** The key of what is offered: its name, and the architecture where it is not the machine's own. */
export function keyOfOffer({ name, architecture = "all" }: OfferedPackage): string {
  return architecture === "all" || architecture === "amd64" ? name : `${name}:${architecture}`;
}

/** Whether a package has a name, or provides it. */
export function stands({ name, provides = [] }: OfferedPackage, wanted: string): boolean {
  return name === wanted || provides.includes(wanted);
}

interface Selection {
  readonly ground: PackageGround;
  readonly install: Map<string, OfferedPackage>;
  /** Without what is only recommended. */
  readonly isBare: boolean;
}

/** Adds a package, and what it needs; false where that is not offered. */
function select(selection: Selection, { name, version }: PackageToInstall): boolean {
  const { ground, install, isBare } = selection;
  const offers = ground.offersOf(name);
  const offer = version === undefined ? offers[0] : offers.find((each) => each.version === version);
  if (offer === undefined) return false;
  if (install.has(keyOfOffer(offer))) return true;
  install.set(keyOfOffer(offer), offer);
  const { depends = [], recommends = [] } = offer;
  return [...depends, ...(isBare ? [] : recommends)].every(
    (each) => isThere(selection, each) || selectOneOf(selection, each),
  );
}

function selectOneOf(selection: Selection, name: string): boolean {
  const { ground } = selection;
  const real = [name, ...ground.providersOf(name)].find((each) => ground.offersOf(each).length > 0);
  return real !== undefined && select(selection, { name: real });
}

function isThere({ ground, install }: Selection, name: string): boolean {
  const offers = [...install.values(), ...ground.present().map(([, offer]) => offer)];
  return offers.some((offer) => stands(offer, name));
}

/** Those whose dependencies are not among the rest. */
function lonelyOf(offers: readonly OfferedPackage[]): readonly string[] {
  const isLacking = (name: string): boolean => !offers.some((offer) => stands(offer, name));
  return offers.filter(({ depends = [] }) => depends.some(isLacking)).map(keyOfOffer);
}
