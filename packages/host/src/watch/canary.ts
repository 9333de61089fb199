import { constants, watch } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Fault } from "@holdfast/core";
import { realRandom } from "../system/real-random.ts";
import { canaryFault, silentFault, watchFault } from "./watch-faults.ts";

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
const TOUCH = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;

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
 * Touches a file of its own again and again and expects to hear it. All watches of a process share one inotify
 * descriptor, so what goes silent here is silent everywhere. Disposing removes the file.
 * @throws {Fault} WatchFailed, when the directory cannot be listened to.
 */
export async function openCanary(options: CanaryOptions): Promise<AsyncDisposable> {
  await makeDirectory(options.directory);
  return new Canary(options);
}

class Canary implements AsyncDisposable {
  readonly #options: CanaryOptions;
  readonly #name = `.watch-canary-${process.pid}-${realRandom.hex(4)}`;
  readonly #watcher;
  #cancel: () => void = () => {};
  #isResting = false;
  #touching: Promise<void> = Promise.resolve();

  constructor(options: CanaryOptions) {
    this.#options = options;
    try {
      this.#watcher = watch(options.directory);
    } catch (error) {
      throw watchFault(options.directory, error);
    }
    this.#watcher.on("change", (_, name) => {
      if (name === this.#name) this.#wait();
    });
    this.#watcher.on("error", (error) => this.#fail(watchFault(options.directory, error)));
    this.#wait();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest();
    await this.#touching;
    await rm(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#options.directory, this.#name);
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
      await writeFile(this.#path, "\n", { mode: 0o600, flag: TOUCH });
    } catch (error) {
      this.#fail(canaryFault(this.#path, error));
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

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw canaryFault(directory, error);
  }
}
