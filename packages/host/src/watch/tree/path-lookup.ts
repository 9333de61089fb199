import { lstatSync, readlinkSync, Stats } from "node:fs";
import { dirname } from "node:path/posix";
import { decodeName, encodePath } from "@holdfast/daemonkit/machine";
import { codeOf } from "../../system/error-code.ts";
import type { DirectoryWatches } from "../directory-watches.ts";
import { type DirectoryWatch, type Hop, type PathNode, splitPath } from "./path-tree.ts";
import { sightingOf } from "./sighting.ts";
import { isOnAny } from "../unwatchable-mounts.ts";
import { rootGoneFault } from "../watch-faults.ts";

/** The kernel's own bound (path_resolution(7)). */
const MOST_LINKS = 40;

/** Codes of lstat that are an answer: nothing is there. Node takes only the first for one. */
const NO_ENTRY: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

/** What a lookup needs. */
export interface LookupContext {
  readonly directories: DirectoryWatches;
  /** Full paths of mount points where not every change is noticed, with their types of file system. */
  readonly unwatchable: ReadonlyMap<string, string>;
  /** Receives nodes that cannot be watched where they are now. */
  readonly deaf: (node: PathNode) => void;
}

/**
 * Finds where a node is now, its parent being known, and listens to every directory on the way *before* it reads
 * it. So a change after the reading causes an event, and a change before it was seen. Symbolic links are
 * followed inside the root, the last one too, because an extra hint costs an observation and a lost one a drift.
 * Nothing is opened, and nothing under an unwatchable mount is touched, but in /proc: it never waits, and has events of what others
 * write below /proc/sys. No event says what the kernel changes there by itself, so that it is polled too.
 */
export function lookup(node: PathNode, context: LookupContext): void {
  context.directories.release(node);
  node.seen = undefined;
  if (node.parent === undefined) {
    enterRoot(node, context);
    return;
  }
  const start = node.parent.place;
  if (start === undefined) return;
  const hops: Hop[] = [];
  const place = walk({ node, context, start, hops });
  // Set after the walk, but each hop was tied as it was made: events come in later turns only. A list that grew has
  // room for many more; this one is kept.
  node.hops = hops.slice();
  node.place = place;
  place?.owners.add(node);
}

/** Looks again at what the last lookup found, without looking for it anew. */
export function observeAgain(node: PathNode, directories: DirectoryWatches): void {
  const last = node.hops.at(-1);
  if (last === undefined) return;
  const full = directories.fullPath(below(last.directory.path, last.name));
  const entry = lstat(full);
  node.seen = entry instanceof Stats ? sightingOf(entry) : undefined;
}

function enterRoot(node: PathNode, { directories, unwatchable, deaf }: LookupContext): void {
  if (isOnAny(unwatchable, directories.fullPath("/"))) {
    deaf(node);
    return;
  }
  const place = directories.enter("/");
  if (typeof place === "string") throw rootGoneFault(directories.fullPath("/"));
  node.place = place;
  place.owners.add(node);
}

interface Walk {
  readonly node: PathNode;
  readonly context: LookupContext;
  readonly start: DirectoryWatch;
  readonly hops: Hop[];
}

function walk({ node, context, start, hops }: Walk): DirectoryWatch | undefined {
  const { directories } = context;
  const left = [node.name];
  let at = start;
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === "..") {
      const above = directories.enter(dirname(at.path));
      if (typeof above === "string") return undefined;
      at = above;
      continue;
    }
    directories.addLookup(at, name, node);
    hops.push({ directory: at, name });
    const found = observe(node, below(at.path, name), context);
    node.seen = found === undefined ? undefined : sightingOf(found.entry);
    if (found === undefined) return undefined;
    if (found.target !== undefined) {
      links += 1;
      if (links > MOST_LINKS) return undefined;
      left.unshift(...splitPath(found.target));
      const base = directories.enter(found.target.startsWith("/") ? "/" : at.path);
      if (typeof base === "string") return undefined;
      at = base;
      continue;
    }
    if (!found.entry.isDirectory()) return undefined;
    const next = directories.enter(below(at.path, name));
    if (next === "denied") context.deaf(node);
    if (typeof next === "string") return undefined;
    at = next;
  }
  return at;
}

function below(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

interface Found {
  readonly entry: Stats;
  /** Of a symbolic link. */
  readonly target?: string;
}

function observe(node: PathNode, path: string, context: LookupContext): Found | undefined {
  const full = context.directories.fullPath(path);
  const unwatchable = context.unwatchable.get(full);
  if (unwatchable !== undefined) context.deaf(node);
  if (unwatchable !== undefined && unwatchable !== "proc") return undefined;
  const entry = lstat(full);
  if (entry === "absent") return undefined;
  if (entry === "hidden") {
    context.deaf(node);
    return undefined;
  }
  return entry.isSymbolicLink() ? { entry, target: readTarget(full) } : { entry };
}

function lstat(full: string): Stats | "absent" | "hidden" {
  try {
    return lstatSync(encodePath(full), { throwIfNoEntry: false }) ?? "absent";
  } catch (error) {
    // No rights, a broken disk, a stale handle: there may be something that we cannot see. Only what has a code of
    // the system is the world's; anything else is ours.
    if (codeOf(error) === undefined) throw error;
    return NO_ENTRY.has(codeOf(error) ?? "") ? "absent" : "hidden";
  }
}

// A link that went, or became something else, since the lstat leads nowhere; its directory will say what it is now.
function readTarget(full: string): string {
  try {
    return decodeName(readlinkSync(encodePath(full), "buffer"));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "/";
  }
}
