import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createPackages,
  openFiles,
  openPathWatches,
  realClock,
  realFileCalls,
} from "@holdfast/host";
import type { PackageActor, PackageSubject } from "../../package-laws/package-subject.ts";
import type { OfferedPackage } from "../../simulated-host/package-resolution.ts";
import { quiet, realWaits } from "../real-waits.ts";

/** Debian's rpm has its database in the home directory: it is that of the root, by a link. */
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", HOME: "/root" };
const STALLED = "srv/laws/stalled";
/** What is installed before everything else: a machine without any package is one that lost its database. */
const ROOT_PACKAGE: OfferedPackage = { name: "laws-root", version: "1.0-1" };

/** A repository of packages, and a root in which one is installed, to be copied. */
export interface BuiltRpms extends Disposable {
  readonly repository: string;
  readonly root: string;
}

/** Builds packages once for many machines: each takes some tenths of a second. */
export function buildRpms(offers: readonly OfferedPackage[]): BuiltRpms {
  const base = fs.mkdtempSync(join(tmpdir(), "holdfast-rpms-"));
  const repository = join(base, "repository");
  const root = join(base, "root");
  fs.mkdirSync(repository);
  for (const offer of [ROOT_PACKAGE, ...offers]) build(repository, offer);
  index(repository);
  makeRoot(root);
  useRepository(root, repository);
  dnfIn(root)("install", ROOT_PACKAGE.name);
  return { repository, root, [Symbol.dispose]: () => fs.rmSync(base, { recursive: true }) };
}

/** A real dnf and rpm with a root and a repository of their own, in which nothing that laws name is installed. */
export function openRpmMachine({ built }: { readonly built: BuiltRpms }): PackageSubject {
  const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-rpm-")));
  const root = join(base, "root");
  const repository = join(base, "repository");
  fs.cpSync(built.repository, repository, { recursive: true });
  // Links stay what they are: they lead to other places of the root.
  fs.cpSync(built.root, root, { recursive: true, verbatimSymlinks: true });
  useRepository(root, repository);
  const dnf = dnfIn(root);
  dnf("makecache");
  const clock = realClock;
  const files = openFiles({ calls: realFileCalls, root, clock });
  const packages = createPackages({
    clock,
    root,
    files,
    paths: openPathWatches({ clock, root }),
    taskDirectory: join(base, "tasks"),
    tool: "dnf",
    image: { environment: { HOME: "/root" }, options: optionsOf(root) },
  });
  return {
    packages,
    actor: actorOf(root, repository, dnf),
    ...realWaits,
    async [Symbol.asyncDispose]() {
      fs.rmSync(join(root, STALLED), { recursive: true });
      await quiet(packages);
      await files[Symbol.asyncDispose]();
      fs.rmSync(base, { recursive: true, force: true });
    },
  };
}

type Dnf = (...args: readonly string[]) => void;

function dnfIn(root: string): Dnf {
  return (...args) =>
    void execFileSync("dnf", [...optionsOf(root), "-y", "-q", ...args], {
      stdio: "ignore",
      env: ENVIRONMENT,
    });
}

function optionsOf(root: string): readonly string[] {
  return [`--installroot=${root}`, `--config=${join(root, "etc/dnf/dnf.conf")}`, "--releasever=1"];
}

function makeRoot(root: string): void {
  for (const path of ["etc/yum.repos.d", "etc/dnf", "var/lib/rpm", "var/log", "root", STALLED]) {
    fs.mkdirSync(join(root, path), { recursive: true });
  }
  fs.symlinkSync("../var/lib/rpm", join(root, "root/.rpmdb"));
  fs.writeFileSync(join(root, "etc/dnf/dnf.conf"), "[main]\ngpgcheck=0\nplugins=0\n");
}

function useRepository(root: string, repository: string): void {
  const lines = ["[laws]", "name=laws", `baseurl=file://${repository}`, "gpgcheck=0"];
  fs.writeFileSync(join(root, "etc/yum.repos.d/laws.repo"), `${lines.join("\n")}\n`);
}

function actorOf(root: string, repository: string, dnf: Dnf): PackageActor {
  const database = join(root, "var/lib/rpm/rpmdb.sqlite");
  const never = (): never => {
    throw new Error("rpm has no such thing");
  };
  return {
    publish(...offers) {
      for (const offer of offers) build(repository, offer);
      index(repository);
    },
    setOffline: (isOffline) =>
      isOffline
        ? fs.renameSync(join(repository, "repodata"), join(repository, "away"))
        : fs.renameSync(join(repository, "away"), join(repository, "repodata")),
    changeSources: never,
    fetchLists: async () => dnf("makecache", "--refresh"),
    hold: never,
    markAutomatic: async (name) => dnf("mark", "remove", name),
    disturb: () => fs.utimesSync(database, new Date(), new Date()),
    lock: () => holdPidLock(join(root, "var/lib/dnf/rpmdb_lock.pid")),
    setFailing: never,
    stall(name) {
      const path = join(root, STALLED, name);
      fs.writeFileSync(path, "");
      return () => fs.rmSync(path);
    },
    interrupt: never,
    damage(how) {
      for (const suffix of ["-wal", "-shm"]) fs.rmSync(database + suffix, { force: true });
      if (how === "missing") fs.rmSync(database);
      if (how === "empty") fs.writeFileSync(database, "");
      if (how === "cut") fs.truncateSync(database, 5_000);
      if (how === "nonsense") fs.writeFileSync(database, "this is no database\n".repeat(1_000));
    },
    conffile: never,
    editConffile: never,
  };
}

async function holdPidLock(path: string): Promise<AsyncDisposable & { readonly pid: number }> {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const pid = child.pid ?? 0;
  fs.mkdirSync(join(path, ".."), { recursive: true });
  fs.writeFileSync(path, String(pid));
  return {
    pid,
    async [Symbol.asyncDispose]() {
      fs.rmSync(path, { force: true });
      child.stdin.end();
      await ended;
    },
  };
}

function index(repository: string): void {
  execFileSync("createrepo_c", ["-q", repository], { stdio: "ignore" });
}

function build(directory: string, offer: OfferedPackage): void {
  const { name, version, architecture = "noarch" } = offer;
  const [upstream = "", release = ""] = version.split("-");
  const list = (tag: string, names: readonly string[] = []): string =>
    names
      .map(
        (each) =>
          `${tag}: ${each.includes(" | ") ? `(${each.replaceAll(" | ", " or ")})` : each}\n`,
      )
      .join("");
  const spec = [
    `Name: ${name}\nVersion: ${upstream}\nRelease: ${release}\nSummary: for a law\nLicense: none\n`,
    architecture === "noarch" ? "BuildArch: noarch\n" : "",
    list("Requires", offer.depends),
    list("Recommends", offer.recommends),
    list("Conflicts", offer.conflicts),
    list("Provides", offer.provides),
    "%description\nfor a law\n%files\n",
    `%post -p <lua>\nwhile posix.stat("/${STALLED}/${name}") do posix.sleep(1) end\n`,
  ].join("");
  const path = join(directory, `${name}.spec`);
  fs.writeFileSync(path, spec);
  const macros = {
    _topdir: join(directory, "build"),
    _dbpath: join(directory, "database"),
    _rpmdir: directory,
    _build_name_fmt: "%%{NVRA}.rpm",
  };
  const defines = Object.entries(macros).flatMap(([key, value]) => ["--define", `${key} ${value}`]);
  const target = architecture === "noarch" ? [] : ["--target", architecture];
  execFileSync("rpmbuild", ["-bb", "--quiet", ...target, ...defines, path], { stdio: "ignore" });
  fs.rmSync(path);
}
