import assert from "node:assert/strict";
import {
  Fault,
  type FaultReason,
  type InstalledPackage,
  type PackageRun,
  type PackageTransaction,
  type PackageTransactionResult,
  type PackageWriter,
} from "@holdfast/core";
import type { OfferedPackage } from "../simulated-host/package-resolution.ts";

/** A machine that the laws of packages are tried on, with nothing installed that the laws name. */
export interface PackageSubject extends AsyncDisposable {
  readonly packages: PackageWriter;
  readonly actor: PackageActor;
  /** Waits for work as long as the machine's clock needs. @throws {Error} when it does not end. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Waits until it is so. @returns false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
  /** Lets so much time pass that a hint that comes at all has come. */
  settle(): Promise<void>;
}

/** A lock that somebody holds until it is disposed. */
export interface HeldLock extends AsyncDisposable {
  /** Who; `undefined` when the lock does not tell. */
  readonly pid: number | undefined;
}

/** What others do to the packages of the machine. */
export interface PackageActor {
  /** Puts packages into the source; the machine's lists do not have them yet. */
  publish(...offers: readonly OfferedPackage[]): void;
  /** Makes the source unreachable, or not. */
  setOffline(isOffline: boolean): void;
  /** Changes the file that names the sources. */
  changeSources(): void;
  /** Fetches the lists, as a timer of the system does. */
  fetchLists(): Promise<void>;
  hold(name: string): Promise<void>;
  /** Marks as a dependency. */
  markAutomatic(name: string): Promise<void>;
  /** Touches the database, as a transaction of others does in its course. */
  disturb(): void;
  /** Takes the tool's lock. */
  lock(): Promise<HeldLock>;
  /** Makes the script of a package fail from now on, or not. */
  setFailing(name: string, isFailing: boolean): void;
  /** Makes the script of a package hang until it is released. */
  stall(name: string): () => void;
  /** Leaves an installed package as a kill in the middle of its installation does: half configured. */
  interrupt(name: string): void;
  /** Makes the database unreadable. */
  damage(how: "missing" | "empty" | "cut" | "nonsense"): void;
  /** The text of a package's configuration file; `undefined` when it is not there. */
  conffile(name: string): string | undefined;
  editConffile(name: string, text: string): void;
}

/** What not every package tool can do, or does otherwise. */
export type PackageFeature =
  /** A version with `~` and something behind it comes before the one without. */
  | "prereleases"
  /** A name may be had in several versions, also older ones. */
  | "versions"
  /** A removed package leaves its configuration, which is kept or replaced as one likes. */
  | "configuration"
  /** A package that is held is not changed. */
  | "holds"
  /** The remains of a failed script or a kill are distinct from an installed package. */
  | "broken"
  /** Packages of other architectures, by name. */
  | "foreign"
  /** Packages that are only recommended. */
  | "recommends"
  /** Sources are files that anybody may change, and lists are fetched when somebody asks. */
  | "sources"
  /** One package takes the place of another in one transaction. */
  | "swap";

/** What the source has when a law begins, and the lists too. */
export const UNIVERSE: readonly OfferedPackage[] = [
  { name: "hf-base", version: "1.0-1" },
  { name: "hf-base", version: "2.0~rc1-1" },
  { name: "hf-base", version: "2.0-1" },
  { name: "hf-app", version: "1.0-1", depends: ["hf-base"] },
  { name: "hf-addon", version: "1.0-1", recommends: ["hf-extra"] },
  { name: "hf-extra", version: "1.0-1" },
  { name: "hf-mail-a", version: "1.0-1", provides: ["hf-mail"] },
  { name: "hf-mail-b", version: "1.0-1", provides: ["hf-mail"], conflicts: ["hf-mail-a"] },
  { name: "hf-reader", version: "1.0-1", depends: ["hf-mail-a | hf-mail"] },
  { name: "hf-plus+", version: "1.0-1" },
  { name: "hf-dot.a", version: "1.0-1" },
  { name: "hf-dotxa", version: "1.0-1" },
  { name: "hf-fragile", version: "1.0-1" },
  { name: "hf-conf", version: "1.0-1", conffile: "one\n" },
  { name: "hf-conf", version: "2.0-1", conffile: "two\n" },
  { name: "hf-foreign", version: "1.0-1", architecture: "i386" },
];

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** Carries out a request to its end. */
export function transact(
  subject: PackageSubject,
  request: PackageTransaction,
  run: Omit<PackageRun, "task"> = {},
): Promise<PackageTransactionResult> {
  return subject.finish(subject.packages.transact(request, { task: "law", ...run }, UNSTOPPED));
}

/** Carries out a request of which every package must come out done. */
export async function mustDo(
  subject: PackageSubject,
  request: PackageTransaction,
): Promise<PackageTransactionResult> {
  const done = await transact(subject, request);
  for (const [name, result] of done.results) {
    assert.equal(result.type, "done", result.type === "failed" ? result.fault.message : name);
  }
  return done;
}

/** The fault of a package that must have come out with this reason. */
export function faultOf(
  { results }: PackageTransactionResult,
  name: string,
  reason: FaultReason,
): Fault {
  const result = results.get(name);
  assert(result?.type === "failed", `${name} is ${result?.type ?? "not in the results"}`);
  assert.equal(result.fault.reason, reason, result.fault.message);
  return result.fault;
}

/** The package was done. */
export function assertDone({ results }: PackageTransactionResult, name: string): void {
  const result = results.get(name);
  assert.equal(result?.type, "done", result?.type === "failed" ? result.fault.message : name);
}

/** What the database says of a package; `undefined` when it has never been there. */
export async function find(
  { packages }: PackageSubject,
  name: string,
): Promise<InstalledPackage | undefined> {
  return (await packages.read(UNSTOPPED)).packages.get(name);
}

/** The versions of what is installed, by name; what is broken, or only has configuration left, says so. */
export async function installed(
  subject: PackageSubject,
): Promise<Readonly<Record<string, string>>> {
  const { packages } = await subject.packages.read(UNSTOPPED);
  const ours = [...packages].filter(([key, { name }]) => key === name && name.startsWith("hf-"));
  return Object.fromEntries(
    ours
      .map(([name, { state, version = "" }]): [string, string] => {
        if (state.type === "installed") return [name, version];
        return [name, state.type === "broken" ? state.how : state.type];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The work must fail with this reason; the fault is returned. */
export async function mustFail(work: Promise<unknown>, reason: FaultReason): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert(thrown instanceof Fault, `expected a fault, got ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
  return thrown;
}
