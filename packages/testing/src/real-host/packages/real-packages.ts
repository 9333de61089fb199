import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  createPackages,
  openFiles,
  openPathWatches,
  realClock,
  realFileCalls,
} from "@holdfast/host";
import type { PackageWriter } from "@holdfast/core";
import { join } from "node:path";
import type { PackageOperation } from "../../operations/package-operation.ts";
import { type AptRoot, makeAptRoot } from "./apt-root.ts";
import type { BuiltPackages } from "./debian-source.ts";

/** What the tools keep for themselves, below the root: their state is in the lines of the database. */
const BOOKKEEPING = ["/etc/apt", "/run", "/srv/laws", "/tmp", "/usr", "/var"];

/** The real package tool in a directory of a law, and what others do with it. */
export interface RealPackages extends AsyncDisposable {
  readonly packages: PackageWriter;
  changePackage(operation: PackageOperation): void;
  /** The tree of the directory, without what the tools keep, and with what the database says. */
  treeOf(tree: readonly string[]): readonly string[];
}

/** Why there is no such tool here; `undefined` when there is. */
export function missingForRealPackages(): string | undefined {
  const isRoot = process.geteuid?.() === 0;
  return isRoot && existsSync("/usr/bin/apt-get") ? undefined : "needs root and apt";
}

/**
 * Puts apt and dpkg into a root. Their files are read by calls of their own, and their time is the real one: what a law
 * does to the calls and the clock of its machine is done to the port as a whole.
 */
export function openRealPackages(root: string, built: BuiltPackages): RealPackages {
  const apt = makeAptRoot({ root, built });
  const { base, database, image } = apt;
  const clock = realClock;
  const files = openFiles({ calls: realFileCalls, root, clock });
  const paths = openPathWatches({ clock, root });
  const ports = { clock, root, files, paths, taskDirectory: join(base, "tasks") };
  const packages = createPackages({
    ...ports,
    tool: "apt-get",
    ...(image === undefined ? {} : { image }),
  });
  return {
    packages,
    changePackage: (operation) => change(apt, built, operation),
    treeOf: (tree) => [...tree.filter(isShown), ...database.lines()],
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      apt[Symbol.dispose]();
    },
  };
}

function isShown(line: string): boolean {
  return !BOOKKEEPING.some((path) => line.startsWith(`${path} `) || line.startsWith(`${path}/`));
}

function change(apt: AptRoot, built: BuiltPackages, operation: PackageOperation): void {
  const { database } = apt;
  const [name = operation.name] = operation.name.split(":");
  const isKnown = database.lines().some((line) => line.startsWith(`/var/lib/packages/${name}:`));
  if (operation.is === "installed") return install(apt, built, operation);
  if (!isKnown) return;
  if (operation.is === "half-configured") database.setStatus(name, "install ok half-configured");
  else dpkg(apt, operation.is === "purged" ? "--purge" : "--remove", operation.name);
}

function install(
  apt: AptRoot,
  built: BuiltPackages,
  operation: Extract<PackageOperation, { is: "installed" }>,
): void {
  const { database, source } = apt;
  const { version, isHeld = false, isAutomatic = false } = operation;
  const [name = "", architecture] = operation.name.split(":");
  const offer = built.offers.find(
    (each) =>
      each.name === name &&
      each.version === version &&
      (architecture === undefined || (each.architecture ?? "all") === architecture),
  );
  if (offer === undefined) throw new Error(`no source of the sample has ${name} ${version}`);
  dpkg(apt, "--install", source.fileOf(offer));
  database.setStatus(name, `${isHeld ? "hold" : "install"} ok installed`);
  if (isAutomatic) database.markAutomatic(name);
  else database.markManual(name);
}

/** As somebody does who is not stopped by anything. */
function dpkg({ image, environment }: AptRoot, what: string, argument: string): void {
  const options = [...(image?.options ?? []), "--force-all", "--force-confnew"];
  execFileSync("dpkg", [...options, what, argument], { env: environment, stdio: "ignore" });
}
