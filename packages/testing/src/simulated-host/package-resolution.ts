import type { PackageToInstall } from "@holdfast/core";
import type { PackageChange } from "@holdfast/host";

/** A package in a simulated source. Dependencies are names without versions, or several: `default | any`. */
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
  // What is named comes before what it needs: one of several that would do may be among it.
  const named = change.install.map((wanted) => choose(selection, wanted));
  if (!named.every((offer) => offer !== undefined && addNeeds(selection, offer))) return undefined;
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

/** Whether a package has one of the names of a dependency, or provides it. */
export function stands({ name, provides = [] }: OfferedPackage, wanted: string): boolean {
  return wanted.split(" | ").some((each) => name === each || provides.includes(each));
}

interface Selection {
  readonly ground: PackageGround;
  readonly install: Map<string, OfferedPackage>;
  /** Without what is only recommended. */
  readonly isBare: boolean;
}

/** Adds the package that a name and perhaps a version mean; `undefined` where it is not offered. */
function choose(
  { ground, install }: Selection,
  { name, version }: PackageToInstall,
): OfferedPackage | undefined {
  const offers = ground.offersOf(name);
  const offer = version === undefined ? offers[0] : offers.find((each) => each.version === version);
  if (offer !== undefined) install.set(keyOfOffer(offer), offer);
  return offer;
}

/** Adds what a package needs, and what it recommends as far as that is offered; false where what it needs is not. */
function addNeeds(
  selection: Selection,
  { depends = [], recommends = [] }: OfferedPackage,
): boolean {
  const add = (name: string): boolean => isThere(selection, name) || addOneOf(selection, name);
  const isAll = depends.every(add);
  if (!selection.isBare) recommends.forEach(add);
  return isAll;
}

function addOneOf(selection: Selection, wanted: string): boolean {
  const { ground } = selection;
  const names = wanted.split(" | ").flatMap((each) => [each, ...ground.providersOf(each)]);
  const name = names.find((each) => ground.offersOf(each).length > 0);
  const offer = name === undefined ? undefined : choose(selection, { name });
  return offer !== undefined && addNeeds(selection, offer);
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
