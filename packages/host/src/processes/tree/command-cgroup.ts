import { mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { codeOf } from "../../system/error-code.ts";

/** `holdfast-PID-` and six characters; PID is that of whoever made it. */
const NAME = /^holdfast-(\d+)-\w{6}$/;
/** The file that lists who is in a cgroup, and takes in whoever is written to it. */
const MEMBERS = "cgroup.procs";

/**
 * A cgroup of its own for one command: whatever the command starts is in it, whatever session, group or parent it gives
 * itself. It has no controllers: it counts nothing and limits nothing, it only knows who is in it.
 */
export class CommandCgroup {
  readonly #home: string;
  readonly #directory: string;

  private constructor(home: string, directory: string) {
    this.#home = home;
    this.#directory = directory;
  }

  /**
   * Makes one below `home`, the cgroup of this process; `undefined` where that is not allowed. What ended commands left
   * there empty goes away.
   */
  static async make(home: string): Promise<CommandCgroup | undefined> {
    try {
      // Into where it is already. The first move in a while waits some 10 ms for the kernel; those soon after do not.
      await writeFile(join(home, MEMBERS), String(process.pid));
      removeEmptyOnes(home);
      return new CommandCgroup(home, mkdtempSync(join(home, `holdfast-${process.pid}-`)));
    } catch (error) {
      // Not root, mounted read-only as in most containers, too many already: there are other ways.
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  /**
   * Starts children that are born in it: this process goes in, starts them, and goes back, in one turn. To move a child
   * afterwards would be too late for what the child started by then. False is handed on when it could not go in.
   */
  bear<T>(start: (isInside: boolean) => T): T {
    const isInside = enter(this.#directory);
    try {
      return start(isInside);
    } finally {
      if (isInside) enter(this.#home);
    }
  }

  /** Who is in it, below it included, but this process, should it not have come out again. */
  pids(): readonly number[] {
    return pidsIn(this.#directory).filter((pid) => pid !== process.pid);
  }

  /** Kills all who are in it at once, also who is being born. The kernel may not know how (before Linux 5.14). */
  kill(): void {
    if (!pidsIn(this.#directory).includes(process.pid)) write(this.#directory, "cgroup.kill", "1");
  }

  /** Removes it; false when somebody is in it still. Then that is done when the next command begins. */
  remove(): boolean {
    return removeWithin(this.#directory);
  }
}

/** Moves this process, with all of its threads; false when the kernel will not. */
function enter(directory: string): boolean {
  return write(directory, MEMBERS, String(process.pid));
}

function write(directory: string, file: string, text: string): boolean {
  try {
    writeFileSync(join(directory, file), text);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** Of earlier commands of this agent, and of agents that are gone. Another agent's may be about to be used. */
function removeEmptyOnes(home: string): void {
  for (const name of readdirSync(home)) {
    const maker = Number(NAME.exec(name)?.[1]);
    if (maker === process.pid || (maker > 0 && !exists(maker))) removeWithin(join(home, name));
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

function pidsIn(directory: string): readonly number[] {
  try {
    const here = readFileSync(join(directory, MEMBERS), "utf8").split("\n").map(Number);
    // Zero is a process of another pid namespace.
    return [...here.filter((pid) => pid > 0), ...directoriesIn(directory).flatMap(pidsIn)];
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

function removeWithin(directory: string): boolean {
  try {
    for (const below of directoriesIn(directory)) removeWithin(below);
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return codeOf(error) === "ENOENT";
  }
}

function directoriesIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}
