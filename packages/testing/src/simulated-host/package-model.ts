import {
  assert,
  type InstalledPackage,
  type InstalledState,
  type PackageLockHolder,
} from "@holdfast/core";
import { compareDebianVersions, type PackageChange } from "@holdfast/host";
import {
  keyOfOffer,
  type OfferedPackage,
  type PackageGround,
  resolveChange,
  stands,
} from "./package-resolution.ts";

/** A package of the simulated machine. */
export interface ModelledPackage {
  readonly offer: OfferedPackage;
  readonly state: InstalledState;
  readonly isHeld: boolean;
  readonly isManual: boolean;
}

/** The architecture of simulated machines. */
export const SIMULATED_ARCHITECTURE = "amd64";
const HALF_CONFIGURED: InstalledState = { type: "broken", how: "half-configured" };
const UNPACKED: InstalledState = { type: "broken", how: "unpacked" };
const INSTALLED: InstalledState = { type: "installed" };

/**
 * The packages of a simulated machine: what its sources offer, what is installed, what is wrong with it. It outlives the
 * agent, and behaves as dpkg and apt do.
 */
export class PackageModel implements PackageGround {
  /** What the sources have; the machine knows of it once its lists are fetched. */
  readonly published: OfferedPackage[] = [];
  /** What the machine knows of the sources. */
  lists: readonly OfferedPackage[] = [];
  /** The sources were changed after the lists were fetched. */
  areSourcesNewer = false;
  readonly installed = new Map<string, ModelledPackage>();
  /** Configuration files by the name of their package. */
  readonly conffiles = new Map<string, string>();
  /** Packages whose script fails. */
  readonly failing = new Set<string>();
  /** Packages whose script does not end; a transaction waits for them. */
  readonly stalled = new Set<string>();
  /** Somebody who holds the lock. */
  holder: PackageLockHolder | undefined;
  /** A transaction was killed in the middle. */
  isInterrupted = false;
  /** Why the database cannot be read. */
  damage: string | undefined;
  /** The sources cannot be reached. */
  isOffline = false;
  readonly #listeners = new Set<(type: "installed" | "available") => void>();

  /** The same machine as of now, for a run of its own. Nobody listens to it. */
  copy(): PackageModel {
    const copy = new PackageModel();
    copy.published.push(...this.published);
    copy.lists = this.lists;
    copy.areSourcesNewer = this.areSourcesNewer;
    for (const [key, found] of this.installed) copy.installed.set(key, found);
    for (const [name, text] of this.conffiles) copy.conffiles.set(name, text);
    for (const name of this.failing) copy.failing.add(name);
    copy.isInterrupted = this.isInterrupted;
    copy.damage = this.damage;
    copy.isOffline = this.isOffline;
    return copy;
  }

  /** Tells every listener. */
  changed(type: "installed" | "available"): void {
    for (const hear of this.#listeners) hear(type);
  }

  /** Calls for every change, until the returned function is called. */
  listen(hear: (type: "installed" | "available") => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /** The key of a package: its name, and the architecture where it is not the machine's own. */
  keyOf(name: string): string {
    return name.replace(new RegExp(`:(?:${SIMULATED_ARCHITECTURE}|all)$`), "");
  }

  /** What the lists offer under a name, newest first. */
  offersOf(name: string): readonly OfferedPackage[] {
    const key = this.keyOf(name);
    return this.lists
      .filter((offer) => keyOfOffer(offer) === key)
      .toSorted((a, b) => compareDebianVersions(b.version, a.version));
  }

  /** The names of packages that provide one. */
  providersOf(name: string): readonly string[] {
    const providers = this.lists.filter(({ provides = [] }) => provides.includes(name));
    return [...new Set(providers.map((offer) => offer.name))].sort();
  }

  /** What is there, by key, broken or not. */
  present(): readonly (readonly [string, OfferedPackage])[] {
    return [...this.installed]
      .filter(([, { state }]) => state.type !== "config-files")
      .map(([key, { offer }]) => [key, offer] as const);
  }

  /** As the database shows it. */
  describe(key: string): InstalledPackage | undefined {
    const found = this.installed.get(key);
    if (found === undefined) return undefined;
    const { offer, ...marks } = found;
    const { name, version, architecture = "all", provides = [] } = offer;
    return { name, architecture, version, provides, ...marks };
  }

  /** Sets a mark of an installed package; false when there is none. */
  setMark(name: string, mark: { readonly isHeld?: boolean; readonly isManual?: boolean }): boolean {
    const key = this.keyOf(name);
    const found = this.installed.get(key);
    if (found !== undefined) this.installed.set(key, { ...found, ...mark });
    return found !== undefined;
  }

  /** Makes a change. Returns the exit code of the tool. */
  apply(change: PackageChange): number {
    const planned = resolveChange(this, change);
    const isOnlyInstall = change.install.length > 0 && change.remove.length === 0;
    if (planned === undefined || (isOnlyInstall && planned.remove.length > 0)) return 100;
    for (const key of planned.remove) this.remove(key, change.isPurge);
    const named = new Set(change.install.map(({ name }) => this.keyOf(name)));
    for (const offer of planned.install) this.#unpack(offer, named, change.conffiles);
    this.changed("installed");
    return this.configure();
  }

  /** Finishes what is not configured. Returns the exit code of the tool: of everything, not only of what was asked. */
  configure(): number {
    this.isInterrupted = false;
    const waiting = (): [string, ModelledPackage][] =>
      [...this.installed].filter(([, { state }]) => state.type === "broken");
    let left = waiting().length + 1;
    while (waiting().length < left) {
      left = waiting().length;
      for (const [key, found] of waiting()) {
        this.installed.set(key, { ...found, state: this.#configured(found) });
      }
    }
    this.changed("installed");
    return left === 0 ? 0 : 100;
  }

  /** Leaves a package as a kill in the middle of its installation does. */
  interrupt(name: string): void {
    const key = this.keyOf(name);
    const found = this.installed.get(key);
    assert(found !== undefined, `${name} is not installed`);
    this.installed.set(key, { ...found, state: HALF_CONFIGURED });
    this.isInterrupted = true;
    this.changed("installed");
  }

  /** Removes a package, by key, whoever needs it. */
  remove(key: string, isPurge: boolean): void {
    const found = this.installed.get(key);
    if (found === undefined) return;
    const { conffile, name } = found.offer;
    if (isPurge) this.conffiles.delete(name);
    if (isPurge || conffile === undefined) this.installed.delete(key);
    else this.installed.set(key, { ...found, state: { type: "config-files" } });
  }

  #configured({ offer, state }: ModelledPackage): InstalledState {
    if (this.failing.has(offer.name)) return HALF_CONFIGURED;
    const ready = [...this.installed.values()].filter((each) => each.state.type === "installed");
    const isReady = (name: string): boolean => ready.some((each) => stands(each.offer, name));
    return (offer.depends ?? []).every(isReady) ? INSTALLED : state;
  }

  #unpack(offer: OfferedPackage, named: ReadonlySet<string>, conffiles: "keep" | "replace"): void {
    const key = keyOfOffer(offer);
    const known = this.installed.get(key);
    const isManual = named.has(key) || known?.isManual === true;
    const isHeld = known?.isHeld === true;
    this.installed.set(key, { offer, state: UNPACKED, isHeld, isManual });
    const { name, conffile } = offer;
    if (conffile === undefined) return;
    const isEdited = this.conffiles.has(name) && this.conffiles.get(name) !== known?.offer.conffile;
    if (!isEdited || conffiles === "replace") this.conffiles.set(name, conffile);
  }
}
