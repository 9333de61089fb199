import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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

const LOCAL = "var/lib/pacman/local";
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** A real pacman with a root and a repository of its own, in which nothing that laws name is installed. */
export function openPacmanMachine(offers: readonly OfferedPackage[]): PackageSubject {
  const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-pacman-")));
  const root = join(base, "root");
  const repository = makeRepository(join(base, "repository"));
  repository.publish(offers);
  const stalled = join(base, "stalled");
  for (const path of [LOCAL, "var/lib/pacman/sync", "var/log", "etc", "cache"]) {
    fs.mkdirSync(join(root, path), { recursive: true });
  }
  fs.mkdirSync(stalled);
  // A database without any package is one that was lost.
  fs.writeFileSync(join(root, LOCAL, "ALPM_DB_VERSION"), "9\n");
  writeLocal(root, "laws-root");
  configure(root, base, repository.directory);
  const options = optionsOf(root);
  const sync = (): void =>
    void execFileSync("pacman", [...options, "-Sy"], { stdio: "ignore", env: ENVIRONMENT });
  sync();
  const clock = realClock;
  const files = openFiles({ calls: realFileCalls, root, clock });
  const packages = createPackages({
    clock,
    root,
    files,
    paths: openPathWatches({ clock, root }),
    taskDirectory: join(base, "tasks"),
    tool: "pacman",
    image: { environment: {}, options },
  });
  return {
    packages,
    actor: actorOf({ root, stalled, repository, sync }),
    ...realWaits,
    async [Symbol.asyncDispose]() {
      fs.rmSync(stalled, { recursive: true });
      await quiet(packages);
      await files[Symbol.asyncDispose]();
      fs.rmSync(base, { recursive: true, force: true });
    },
  };
}

interface Repository {
  readonly directory: string;
  publish(offers: readonly OfferedPackage[]): void;
}

interface ActorParts {
  readonly root: string;
  readonly stalled: string;
  readonly repository: Repository;
  readonly sync: () => void;
}

function actorOf({ root, stalled, repository, sync }: ActorParts): PackageActor {
  const lock = join(root, "var/lib/pacman/db.lck");
  const index = join(repository.directory, "laws.db");
  const never = (): never => {
    throw new Error("pacman has no such thing");
  };
  return {
    publish: (...offers) => repository.publish(offers),
    setOffline: (isOffline) =>
      isOffline ? fs.renameSync(index, `${index}.away`) : fs.renameSync(`${index}.away`, index),
    changeSources: never,
    fetchLists: async () => sync(),
    hold: never,
    async markAutomatic(name) {
      const local = fs.readdirSync(join(root, LOCAL)).find((each) => each.startsWith(`${name}-`));
      const path = join(root, LOCAL, local ?? "", "desc");
      fs.writeFileSync(path, `${fs.readFileSync(path, "utf8").trimEnd()}\n\n%REASON%\n1\n\n`);
    },
    disturb() {
      writeLocal(root, "laws-other");
    },
    async lock() {
      fs.writeFileSync(lock, "");
      return {
        pid: undefined,
        async [Symbol.asyncDispose]() {
          fs.rmSync(lock, { force: true });
        },
      };
    },
    setFailing: never,
    stall(name) {
      const path = join(stalled, name);
      fs.writeFileSync(path, "");
      return () => fs.rmSync(path);
    },
    interrupt: never,
    damage(how) {
      const local = join(root, LOCAL);
      const desc = join(local, "laws-root-1.0-1/desc");
      if (how === "cut") fs.truncateSync(desc, 12);
      if (how === "nonsense") fs.writeFileSync(join(local, "ALPM_DB_VERSION"), "no number\n");
      if (how === "cut" || how === "nonsense") return;
      fs.rmSync(local, { recursive: true });
      if (how === "missing") return;
      fs.mkdirSync(local);
      fs.writeFileSync(join(local, "ALPM_DB_VERSION"), "9\n");
    },
    conffile: never,
    editConffile: never,
  };
}

function optionsOf(root: string): readonly string[] {
  const cache = ["--cachedir", join(root, "cache"), "--logfile", join(root, "var/log/pacman.log")];
  return ["--root", root, "--config", join(root, "etc/pacman.conf"), ...cache, "--noconfirm"];
}

/** What is fetched hangs as long as somebody wants: pacman holds its lock meanwhile. */
function configure(root: string, base: string, repository: string): void {
  const fetch = join(base, "fetch");
  const script = [
    "#!/bin/sh",
    'name=$(basename "$1" | sed "s/-[0-9].*//")',
    `while [ -e "${base}/stalled/$name" ]; do sleep 0.02; done`,
    'exec cp "${1#file://}" "$2"',
  ];
  fs.writeFileSync(fetch, `${script.join("\n")}\n`, { mode: 0o755 });
  const options = ["[options]", "Architecture = x86_64", "SigLevel = Never"];
  const lines = [
    ...options,
    `XferCommand = ${fetch} %u %o`,
    "[laws]",
    `Server = file://${repository}`,
  ];
  fs.writeFileSync(join(root, "etc/pacman.conf"), `${lines.join("\n")}\n`);
}

function writeLocal(root: string, name: string): void {
  const directory = join(root, LOCAL, `${name}-1.0-1`);
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(
    join(directory, "desc"),
    fieldsOf([
      ["NAME", [name]],
      ["VERSION", ["1.0-1"]],
      ["ARCH", ["any"]],
    ]),
  );
  fs.writeFileSync(join(directory, "files"), "");
}

function fieldsOf(fields: readonly (readonly [string, readonly string[]])[]): string {
  return fields
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `%${name}%\n${lines.join("\n")}\n\n`)
    .join("");
}

/** A repository has one version of each name: the last one that was published. */
function makeRepository(directory: string): Repository {
  fs.mkdirSync(directory);
  const known = new Map<string, string>();
  return {
    directory,
    publish(offers) {
      for (const offer of offers) known.set(offer.name, build(directory, offer));
      const tree = join(directory, "tree");
      for (const [name, fields] of known) {
        const version = /%VERSION%\n(.*)/.exec(fields)?.[1] ?? "";
        fs.mkdirSync(join(tree, `${name}-${version}`), { recursive: true });
        fs.writeFileSync(join(tree, `${name}-${version}`, "desc"), fields);
      }
      pack(tree, join(directory, "laws.db"));
    },
  };
}

function build(
  directory: string,
  { name, version, depends = [], provides = [], conflicts = [] }: OfferedPackage,
): string {
  const needed = depends.map((each) => each.split(" | ").at(-1) ?? each);
  const list = (key: string, values: readonly string[]): string =>
    values.map((value) => `${key} = ${value}\n`).join("");
  const info = [
    `pkgname = ${name}\npkgver = ${version}\npkgdesc = for a law\nsize = 0\narch = any\n`,
    list("depend", needed),
    list("provides", provides),
    list("conflict", conflicts),
  ].join("");
  const tree = join(directory, "tree");
  fs.mkdirSync(tree);
  fs.writeFileSync(join(tree, ".PKGINFO"), info);
  const path = join(directory, `${name}-${version}-any.pkg.tar.gz`);
  pack(tree, path);
  return fieldsOf([
    ["FILENAME", [basename(path)]],
    ["NAME", [name]],
    ["VERSION", [version]],
    ["CSIZE", [String(fs.statSync(path).size)]],
    ["ARCH", ["any"]],
    ["DEPENDS", needed],
    ["PROVIDES", provides],
    ["CONFLICTS", conflicts],
  ]);
}

/** Replaced whole, and its tree is gone then. */
function pack(tree: string, path: string): void {
  const names = fs.readdirSync(tree);
  execFileSync("tar", ["-czf", `${path}.new`, "-C", tree, "--", ...names], { stdio: "ignore" });
  fs.renameSync(`${path}.new`, path);
  fs.rmSync(tree, { recursive: true });
}
