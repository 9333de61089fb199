import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import {
  createPackages,
  openFiles,
  openPathWatches,
  type PackageImage,
  realClock,
  realFileCalls,
} from "@holdfast/host";
import type { PackageActor, PackageSubject } from "../../package-laws/package-subject.ts";
import { makeAptRoot } from "./apt-root.ts";
import type { DebianDatabase } from "./debian-database.ts";
import { type BuiltPackages, type DebianSource, SWITCHES } from "./debian-source.ts";
import { quiet, realWaits } from "../real-waits.ts";

/** Takes a record lock as dpkg does, says so, and holds it until its input ends. */
const HOLD_LOCK = [
  "use Fcntl;",
  "open(F, '+>>', $ARGV[0]) or die;",
  "my $lock = pack('ssx4qqix4', F_WRLCK, 0, 0, 0, 0);",
  "fcntl(F, F_SETLKW, $lock) or die;",
  "$| = 1; print 'locked'; <STDIN>;",
].join(" ");

/** Where a real apt works. */
export interface AptMachineOptions {
  /**
   * `/` gives it the machine itself, whose package database is thrown away: only for a machine that is thrown away too.
   * Default: a directory of its own.
   */
  readonly root?: "/";
  /** The packages of `UNIVERSE`. */
  readonly built: BuiltPackages;
}

/** A real apt and dpkg with a database and a source of their own, in which nothing is installed. */
export function openAptMachine(options: AptMachineOptions): AptMachine {
  const aptRoot = makeAptRoot(options);
  const { root, base, source, database, image, update } = aptRoot;
  const clock = realClock;
  const files = openFiles({ calls: realFileCalls, root, clock });
  const paths = openPathWatches({ clock, root });
  const taskDirectory = join(base, "tasks");
  const ports = { clock, root, files, paths, taskDirectory, tool: "apt-get" } as const;
  const packages = createPackages(image === undefined ? ports : { ...ports, image });
  return {
    root,
    taskDirectory,
    image,
    database,
    packages,
    actor: actorOf({ root, source, database, update }),
    ...realWaits,
    async [Symbol.asyncDispose]() {
      fs.rmSync(join(root, SWITCHES.stalled), { recursive: true });
      await quiet(packages);
      await files[Symbol.asyncDispose]();
      aptRoot[Symbol.dispose]();
    },
  };
}

/** A subject of the laws, and where it is. */
export interface AptMachine extends PackageSubject {
  readonly root: string;
  /** What another agent on the same machine must know too. */
  readonly taskDirectory: string;
  readonly image: PackageImage | undefined;
  readonly database: DebianDatabase;
}

interface ActorParts {
  readonly root: string;
  readonly source: DebianSource;
  readonly database: DebianDatabase;
  readonly update: () => void;
}

function actorOf({ root, source, database, update }: ActorParts): PackageActor {
  const conffile = (name: string): string => join(root, `etc/${name}.conf`);
  const offered = join(source.directory, "Packages");
  return {
    publish: (...offers) => source.publish(offers),
    setOffline: (isOffline) =>
      isOffline
        ? fs.renameSync(offered, `${offered}.away`)
        : fs.renameSync(`${offered}.away`, offered),
    changeSources: () => fs.appendFileSync(join(root, "etc/apt/sources.list"), "# changed\n"),
    fetchLists: async () => update(),
    hold: async (name) => database.setStatus(name, "hold ok installed"),
    markAutomatic: async (name) => database.markAutomatic(name),
    disturb: () => database.touch(),
    lock: () => holdLock(join(root, "var/lib/dpkg/lock-frontend")),
    setFailing(name, isFailing) {
      const path = join(root, SWITCHES.failing, name);
      if (isFailing) fs.writeFileSync(path, "");
      else fs.rmSync(path);
    },
    stall(name) {
      const path = join(root, SWITCHES.stalled, name);
      fs.writeFileSync(path, "");
      return () => fs.rmSync(path);
    },
    interrupt: (name) => database.addUpdate(name, "install ok half-configured"),
    damage: (how) => database.damage(how),
    conffile: (name) =>
      fs.existsSync(conffile(name)) ? fs.readFileSync(conffile(name), "utf8") : undefined,
    editConffile: (name, text) => fs.writeFileSync(conffile(name), text),
  };
}

/** Takes a lock as dpkg does, in a process of its own. */
export async function holdLock(path: string): Promise<AsyncDisposable & { readonly pid: number }> {
  const child = spawn("perl", ["-e", HOLD_LOCK, path], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", () => reject(new Error("the lock could not be taken")));
  });
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
