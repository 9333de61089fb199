import { dirname } from "node:path";
import { Fault, type FaultReason, toFault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { type HeldPath, holdDirectory, holdFile } from "./held-path.ts";

/** What is locked. */
export interface LockPaths {
  /** The lock file, which names its holder. It lies where people and programs clean up. */
  readonly file: string;
  /**
   * The directory of what two writers would spoil. It is locked too, as soon as it is there: who removes the file does
   * not let a second writer in. Default: only the file is locked.
   */
  readonly directory?: string | undefined;
}

/** How a lock is. */
export type LockState =
  /** Nobody else can take it. */
  | { readonly type: "held" }
  /** A part of it was lost and is taken again; the other part kept everybody out meanwhile. */
  | { readonly type: "retaken"; readonly fault: Fault }
  /** A part of it is lost and cannot be taken again now; the other part keeps everybody out. */
  | { readonly type: "weakened"; readonly fault: Fault }
  /** Somebody else may have it, or have had it. It stays lost. */
  | { readonly type: "lost"; readonly fault: Fault };

/** An exclusive lock that is held. Disposing releases it. */
export interface Lock extends AsyncDisposable {
  /** Examines whether it still excludes others, and takes again what was lost of it. */
  check(): Promise<LockState>;
}

/**
 * Takes the lock of a root: the exclusive flock(2) of a file, which names us, and of a directory. Disposing releases it; so
 * does the kernel when the process dies, however it dies. The file stays.
 * @throws {Fault} AgentRunning, when another process has it; PathUnsafe, when others could take its place;
 *   NotPrivileged; LedgerUnavailable, when this system has no lock to offer.
 */
export async function openLock(paths: LockPaths): Promise<Lock> {
  await using stack = new AsyncDisposableStack();
  const file = stack.use(await takeFile(paths.file));
  const directory = await takeDirectory(paths.directory);
  stack.move();
  return new PathLock(paths, file, directory);
}

/** So often in a row a part of the lock may be in the hands of another before the whole counts as lost. */
const MOST_TIMES_TAKEN = 2;

class PathLock implements Lock {
  readonly #paths: LockPaths;
  #file: HeldPath | undefined;
  #directory: HeldPath | undefined;
  #lost: Fault | undefined;
  /** How many checks in a row found a part of it in the hands of another. */
  #timesTaken = 0;

  constructor(paths: LockPaths, file: HeldPath, directory: HeldPath | undefined) {
    this.#paths = paths;
    this.#file = file;
    this.#directory = directory;
  }

  async check(): Promise<LockState> {
    if (this.#lost !== undefined) return { type: "lost", fault: this.#lost };
    const [file, directory] = await Promise.all([inPlace(this.#file), inPlace(this.#directory)]);
    if (file === undefined && directory === undefined) return this.#lose();
    if (file === undefined) return await this.#retakeFile();
    return directory === undefined ? await this.#retakeDirectory() : { type: "held" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([release(this.#file), release(this.#directory)]);
    this.#file = undefined;
    this.#directory = undefined;
  }

  #lose(): LockState {
    this.#lost = lostFault(this.#paths);
    return { type: "lost", fault: this.#lost };
  }

  async #retakeFile(): Promise<LockState> {
    const { file: path } = this.#paths;
    const wasHeld = this.#file !== undefined;
    await release(this.#file);
    this.#file = undefined;
    return await this.#retake(path, wasHeld, async () => {
      this.#file = await takeFile(path);
    });
  }

  async #retakeDirectory(): Promise<LockState> {
    const { directory: path } = this.#paths;
    if (path === undefined) return { type: "held" };
    const wasHeld = this.#directory !== undefined;
    await release(this.#directory);
    this.#directory = undefined;
    return await this.#retake(path, wasHeld, async () => {
      this.#directory = await takeDirectory(path);
    });
  }

  async #retake(path: string, wasHeld: boolean, take: () => Promise<void>): Promise<LockState> {
    try {
      await take();
    } catch (error) {
      return this.#weaken(path, toFault(error));
    }
    this.#timesTaken = 0;
    return wasHeld ? { type: "retaken", fault: retakenFault(path) } : { type: "held" };
  }

  /** Whoever is refused because of the other part has this one for a moment; who keeps it is at work. */
  #weaken(path: string, fault: Fault): LockState {
    this.#timesTaken = fault.reason === "AgentRunning" ? this.#timesTaken + 1 : 0;
    if (this.#timesTaken >= MOST_TIMES_TAKEN) return this.#lose();
    return { type: "weakened", fault: weakenedFault(path, fault) };
  }
}

async function inPlace(held: HeldPath | undefined): Promise<HeldPath | undefined> {
  return (await held?.isInPlace()) === true ? held : undefined;
}

async function release(held: HeldPath | undefined): Promise<void> {
  await held?.[Symbol.asyncDispose]();
}

async function takeFile(path: string): Promise<HeldPath> {
  try {
    return await holdFile(path);
  } catch (error) {
    throw isRefused(error) ? notPrivileged(path, error) : error;
  }
}

/** Why a directory cannot be locked, when that is no reason to stop: the next write there fails soon enough. */
const NO_DIRECTORY_LOCK: ReadonlySet<FaultReason> = new Set([
  "NotFound",
  "LedgerUnavailable",
  "PathUnsafe",
  "TooManyOpenFiles",
]);

/** @throws {Fault} AgentRunning. */
async function takeDirectory(path: string | undefined): Promise<HeldPath | undefined> {
  if (path === undefined) return undefined;
  try {
    return await holdDirectory(path);
  } catch (error) {
    if (error instanceof Fault && NO_DIRECTORY_LOCK.has(error.reason)) return undefined;
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Fault && ["EACCES", "EPERM"].includes(codeOf(error.cause) ?? "");
}

function notPrivileged(path: string, cause: unknown): Fault {
  return new Fault({
    reason: "NotPrivileged",
    message: `this user may not write to ${dirname(path)}`,
    resolution: "Run it as root, or as the user whom the directory belongs to.",
    cause,
  });
}

function retakenFault(path: string): Fault {
  return new Fault({
    reason: "LockLost",
    message: `${path} was removed or replaced while it was locked; it is locked again`,
    resolution: `Find out what removes files in ${dirname(path)}.`,
  });
}

function weakenedFault(path: string, cause: Fault): Fault {
  return new Fault({
    reason: "LockLost",
    message: `${path} was removed or replaced while it was locked, and cannot be locked again: ${cause.message}`,
    resolution: `${cause.resolution} Nobody else can write meanwhile, and it is tried again.`,
    cause,
  });
}

function lostFault({ file, directory }: LockPaths): Fault {
  const what = directory === undefined ? `${file} was` : `${file} and ${directory} were`;
  return new Fault({
    reason: "LockLost",
    message: `the lock of this root was lost: ${what} removed or replaced, so that another agent may work on it`,
    resolution:
      "Find out what removes it, and start the agent again when no other works on this root.",
  });
}
