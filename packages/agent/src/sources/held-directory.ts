import { closeSync, openSync, statSync } from "node:fs";
import { relative } from "node:path";
import { refuseUnsafeEntry, type SourceTrust } from "./source-safety.ts";

/** Linux's number on every architecture Node runs on; Node has no constant for it. It needs no right to list. */
const O_PATH = 0o10000000;

/**
 * A directory that is held open, so that whatever is read of it is of the same one when another has been put in its place,
 * or in that of a directory above. What is beside it is found from it too. Where the system has no such handles it is found
 * by its path.
 */
export class HeldDirectory implements Disposable {
  readonly #path: string;
  readonly #handle: number | undefined;

  private constructor(path: string, handle: number | undefined) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * Holds the directory of a source.
   * @throws what the system says of a path without a directory; {Fault} SourceUnsafe.
   */
  static open(path: string, trust: SourceTrust): HeldDirectory {
    const held = HeldDirectory.#open(path);
    try {
      refuseUnsafeEntry(path, statSync(held.at(path)), trust);
      return held;
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  }

  static #open(path: string): HeldDirectory {
    return new HeldDirectory(
      path,
      process.platform === "linux" ? openSync(path, O_PATH) : undefined,
    );
  }

  /** How an absolute path without links is reached. */
  at(path: string): string {
    if (this.#handle === undefined) return path;
    return `/proc/self/fd/${this.#handle}/${relative(this.#path, path)}`;
  }

  [Symbol.dispose](): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
  }
}
