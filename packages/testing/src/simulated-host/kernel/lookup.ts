import { errnoError } from "./errno.ts";
import type { EntryName, Inode } from "./disk/inode.ts";
import type { Machine, Sight } from "./machine.ts";

const MAX_LINKS = 40;

/**
 * What is at an absolute path of the machine, as root sees it; links on the way are followed, one at the end only
 * when asked. `undefined` when there is nothing.
 */
export function lookupPath(
  machine: Machine,
  path: string,
  options: { readonly followLink: boolean },
): Sight | undefined {
  return demandEnd(walk(machine, path, options.followLink), path).sight;
}

/** The directory and name that a path ends in; links on the way are followed. @throws ENOENT without the directory. */
export function placeOfPath(machine: Machine, path: string): EntryName {
  const { place } = demandEnd(walk(machine, path, false), path);
  if (place === undefined) throw errnoError("ENOENT", `find ${path}`);
  return place;
}

/**
 * Every entry that the walk of a path depends on, the directories of followed links included: what a watch must hear. Of links
 * that lead to each other without end, those that were gone through.
 */
export function entriesOnPath(machine: Machine, path: string): readonly EntryName[] {
  return walk(machine, path, true).passed;
}

/** The path of an open handle, by the first name found of each directory. */
export function findPath(machine: Machine, { inode, mount }: Sight): string {
  const parts: string[] = [];
  let current = inode;
  let currentMount = mount;
  for (;;) {
    if (current === currentMount.root) {
      const base = currentMount.path === "/" ? "" : currentMount.path;
      return [base, ...parts.reverse()].join("/") || "/";
    }
    const [entry] = current.names;
    if (entry === undefined) return `/${parts.reverse().join("/")} (deleted)`;
    parts.push(entry.name);
    current = entry.directory;
    currentMount = machine.mounts.all.find(({ root }) => root === current) ?? currentMount;
  }
}

interface Walk {
  /** Where the last component is looked up; `undefined` for the root or when the way is cut before. */
  readonly place: EntryName | undefined;
  readonly sight: Sight | undefined;
  readonly passed: readonly EntryName[];
  /** Links lead to each other without end. */
  readonly isLoop?: true;
}

/** @throws ELOOP. */
function demandEnd(walked: Walk, path: string): Walk {
  if (walked.isLoop === true) throw errnoError("ELOOP", `walk ${path}`);
  return walked;
}

function walk(machine: Machine, path: string, followLink: boolean): Walk {
  const passed: EntryName[] = [];
  let stack: Sight[] = [machineRoot(machine)];
  let place: EntryName | undefined;
  let links = 0;
  const pending = split(path);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const top = stack.at(-1) ?? machineRoot(machine);
    if (name === "..") {
      if (stack.length > 1) stack.pop();
      continue;
    }
    if (top.inode.type !== "directory") return { place: undefined, sight: undefined, passed };
    place = { directory: top.inode, name };
    passed.push(place);
    const entry = top.inode.entries.get(name);
    if (entry === undefined)
      return { place: pending.length === 0 ? place : undefined, sight: undefined, passed };
    const next = machine.onTop({ inode: entry, mount: top.mount });
    if (next.inode.type === "link" && (pending.length > 0 || followLink)) {
      links += 1;
      if (links > MAX_LINKS) return { place: undefined, sight: undefined, passed, isLoop: true };
      if (next.inode.target.startsWith("/")) stack = [machineRoot(machine)];
      pending.push(...split(next.inode.target));
    } else {
      stack.push(next);
    }
  }
  return { place, sight: stack.at(-1), passed };
}

function split(path: string): string[] {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .reverse();
}

function machineRoot(machine: Machine): Sight {
  const { root } = machine.mounts;
  return { inode: root.root, mount: root };
}

/** All inodes below and including one, each once, without crossing mounts. */
export function* everyInode(inode: Inode, seen = new Set<Inode>()): Generator<Inode> {
  if (seen.has(inode)) return;
  seen.add(inode);
  yield inode;
  for (const entry of inode.entries.values()) yield* everyInode(entry, seen);
}
