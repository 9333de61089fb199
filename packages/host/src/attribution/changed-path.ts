import type { Stats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { join, resolve } from "node:path/posix";
import { codeOf } from "../system/error-code.ts";

/** The kernel's own bound (path_resolution(7)). */
const MOST_LINKS = 40;

/** What is known of a path that may have been changed. */
export interface ChangedPath {
  /** What may have been written to get there, by the machine's paths: the entry itself, and what it leads to. */
  readonly fullPaths: readonly string[];
  /** The same inside the root, as a package database would have them. */
  readonly innerPaths: readonly string[];
  /** The last of them; `undefined` when it is not there. */
  readonly entry: Stats | undefined;
}

/** Where paths are. */
export interface PathPlace {
  readonly root: string;
  /** Full paths of mount points that may not answer. */
  readonly mounts: () => Pick<ReadonlySet<string>, "has">;
}

/**
 * Finds where a path inside a root leads, links resolved inside it as chroot(2) would. Nothing is opened, and nothing on
 * a mount that may not answer is touched.
 */
export async function observeChangedPath(path: string, place: PathPlace): Promise<ChangedPath> {
  const top = resolve(place.root);
  const mounts = place.mounts();
  const inner = new Set([path]);
  let left = splitPath(path);
  let passed: string[] = [];
  let entry: Stats | undefined;
  for (let links = 0; left.length > 0; ) {
    const [name = "", ...rest] = left;
    left = rest;
    if (name === "..") {
      passed = passed.slice(0, -1);
      continue;
    }
    const full = join(top, ...passed, name);
    if (rest.length === 0) inner.add(`/${[...passed, name].join("/")}`);
    entry = mounts.has(full) ? undefined : await lstatOf(full);
    if (entry?.isSymbolicLink() !== true) {
      passed = [...passed, name];
      if (entry === undefined) break;
      continue;
    }
    links += 1;
    const target = links > MOST_LINKS ? undefined : await readlink(full).catch(() => undefined);
    if (target === undefined) break;
    if (target.startsWith("/")) passed = [];
    left = [...splitPath(target), ...rest];
  }
  inner.add(`/${[...passed, ...left].join("/")}`);
  // Above the root is the root.
  const innerPaths = [...new Set([...inner].map((each) => resolve("/", each)))];
  return { innerPaths, fullPaths: innerPaths.map((each) => join(top, each)), entry };
}

function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

async function lstatOf(full: string): Promise<Stats | undefined> {
  try {
    return await lstat(full);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
