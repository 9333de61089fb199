import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { resolve } from "node:path";
import { resolveInside } from "../system/resolve-inside.ts";
import { codeOf } from "../system/error-code.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** More than any file that tells a fact; /proc/cpuinfo repeats itself far beyond it. */
const MOST_BYTES = 16 * 1024;

/** Reads small regular files inside a root. What is missing, or not for us, is `undefined`: a fact less. */
export class RootReader {
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** Whether this is the running machine, not an image of one. */
  get isMachine(): boolean {
    return this.#root === "/";
  }

  /** Whether something is at the path. */
  has(path: string): boolean {
    return this.#attempt(() => this.#find(path)) !== undefined;
  }

  /** The names in a directory, sorted; at most so many. */
  names(path: string, most: number): readonly string[] {
    const found = this.#attempt(() => {
      const full = this.#find(path);
      return full === undefined ? undefined : readdirSync(full);
    });
    return (found ?? []).toSorted().slice(0, most);
  }

  /** The full path of what is there, links on the way followed inside of the root; `undefined` when nothing is. */
  locate(path: string): string | undefined {
    return this.#attempt(() => this.#find(path));
  }

  /** The first 16 KiB of a regular file. */
  text(path: string): string | undefined {
    return this.#attempt(() => {
      const full = this.#find(path);
      return full === undefined ? undefined : readStart(full);
    });
  }

  #find(path: string): string | undefined {
    if (!this.isMachine) return resolveInside(this.#root, path);
    const full = `/${path}`;
    return statSync(full, { throwIfNoEntry: false }) === undefined ? undefined : full;
  }

  #attempt<T>(read: () => T | undefined): T | undefined {
    try {
      return read();
    } catch (error) {
      // Firmware files of /sys are for root only, and drivers answer with odd codes; a bug of ours has no code.
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }
}

function readStart(path: string): string | undefined {
  const isLinkAllowed = path.startsWith("/etc/") || path.startsWith("/sys/");
  const flags = O_RDONLY | O_NONBLOCK | (isLinkAllowed ? 0 : O_NOFOLLOW);
  const descriptor = openSync(path, flags);
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const buffer = Buffer.allocUnsafe(MOST_BYTES);
    const sizeBytes = readSync(descriptor, buffer, 0, MOST_BYTES, 0);
    return buffer.toString("utf8", 0, sizeBytes);
  } finally {
    closeSync(descriptor);
  }
}
