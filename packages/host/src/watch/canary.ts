import { constants, watch } from "node:fs";
import { lstat, lutimes, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock, Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { realRandom } from "../system/real-random.ts";
import { canaryFault, silentFault, watchFault } from "./watch-faults.ts";

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
const MAKE = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;

/** How the hearing is checked. */
export interface CanaryOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** Called at most once; the canary rests then. */
  readonly fail: (fault: Fault) => void;
}

/**
 * Touches a file of its own again and again and expects an event each time. All watches of a process share one inotify
 * descriptor, so what goes silent here is silent everywhere. Disposing removes the file; files of agents that were killed
 * are removed here.
 * @throws {Fault} WatchFailed, when the directory cannot be listened to.
 */
export async function openCanary(options: CanaryOptions): Promise<AsyncDisposable> {
  const path = join(options.directory, `${PREFIX}${process.pid}-${realRandom.hex(4)}`);
  try {
    await mkdir(options.directory, { recursive: true, mode: 0o750 });
    await sweep(options);
    await makeFile(path);
  } catch (error) {
    throw canaryFault(path, error);
  }
  return new Canary(path, options);
}

const PREFIX = ".watch-canary-";
const CANARY = /^\.watch-canary-(\d+)-[0-9a-f]+$/;
/** A canary that was not touched for so many intervals is nobody's. */
const DEAD_AFTER_INTERVALS = 10;

/** Removes what agents that were killed have left. Should one be alive after all, it makes its file again. */
async function sweep({ directory, clock, intervalMs }: CanaryOptions): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(CANARY.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid)) continue;
    const path = join(directory, name);
    const { mtimeMs = clock.wallMs() } = (await lstat(path).catch(goneOnly)) ?? {};
    const isStale = clock.wallMs() - mtimeMs > DEAD_AFTER_INTERVALS * intervalMs;
    if (isStale || !isAlive(pid)) await rm(path, { force: true });
  }
}

function goneOnly(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

class Canary implements AsyncDisposable {
  readonly #options: CanaryOptions;
  readonly #path: string;
  readonly #watcher;
  #cancel: () => void = () => {};
  #isResting = false;
  #touching: Promise<void> = Promise.resolve();

  constructor(path: string, options: CanaryOptions) {
    this.#path = path;
    this.#options = options;
    try {
      this.#watcher = watch(options.directory);
    } catch (error) {
      throw watchFault(options.directory, error);
    }
    this.#watcher.on("change", (_, name) => {
      if (name === basename(path)) this.#wait();
    });
    this.#watcher.on("error", (error) => this.#fail(watchFault(options.directory, error)));
    this.#wait();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest();
    await this.#touching;
    await rm(this.#path, { force: true });
  }

  #wait(): void {
    this.#cancel();
    if (this.#isResting) return;
    this.#cancel = this.#options.clock.schedule(this.#options.intervalMs, () => {
      this.#expect();
      this.#touching = this.#touch();
    });
  }

  #expect(): void {
    const { clock, deadlineMs } = this.#options;
    this.#cancel = clock.schedule(deadlineMs, () => {
      this.#fail(silentFault(this.#path, deadlineMs));
    });
  }

  async #touch(): Promise<void> {
    try {
      const seconds = this.#options.clock.wallMs() / 1000;
      await lutimes(this.#path, seconds, seconds);
    } catch (error) {
      await this.#makeAgain(error);
    }
  }

  // Those who tidy up temporary directories may have removed it. Making it causes an event, like touching it.
  async #makeAgain(error: unknown): Promise<void> {
    try {
      if (codeOf(error) !== "ENOENT") throw error;
      await makeFile(this.#path);
    } catch (cause) {
      this.#fail(canaryFault(this.#path, cause));
    }
  }

  #fail(fault: Fault): void {
    if (this.#isResting) return;
    this.#rest();
    this.#options.fail(fault);
  }

  #rest(): void {
    this.#isResting = true;
    this.#cancel();
    this.#watcher.close();
  }
}

function makeFile(path: string): Promise<void> {
  return writeFile(path, "", { mode: 0o600, flag: MAKE });
}
