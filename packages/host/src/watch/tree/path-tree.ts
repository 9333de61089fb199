import type { Sighting } from "./sighting.ts";

/** One component of the watched paths as they were given; what it leads to on the disk may change at any time. */
export interface PathNode {
  readonly name: string;
  readonly parent: PathNode | undefined;
  /** Made with the first: most nodes are leaves, and there are thousands. */
  children: Map<string, PathNode> | undefined;
  /** The watched paths that end here, in the words of the caller; mostly one or none. */
  watched: readonly string[];
  /** Every directory entry that the last lookup went through, symbolic links included. */
  hops: readonly Hop[];
  /** The live directory that this node leads to; `undefined` when it leads to none, or needs none. */
  place: DirectoryWatch | undefined;
  /** What was there at the last lookup. */
  seen: Sighting | undefined;
}

/** A name in a live directory. */
export interface Hop {
  readonly directory: DirectoryWatch;
  readonly name: string;
}

/** One directory that is listened to, under a path without symbolic links. */
export interface DirectoryWatch {
  /** Inside the root. */
  readonly path: string;
  /** Who looked up which name here; mostly one, which then needs no set. */
  readonly lookups: Map<string, PathNode | Set<PathNode>>;
  /** The nodes that lead to this directory. */
  readonly owners: Set<PathNode>;
}

/** A tree of nothing but the root. */
export function createPathTree(): PathNode {
  return createNode("", undefined);
}

/**
 * Adds an absolute path, `.` and `..` taken by their letters. Returns the highest node that is new, else the node of the
 * path itself: what is below it has to be found.
 */
export function addPath(root: PathNode, path: string): PathNode {
  let at = root;
  let top: PathNode | undefined;
  for (const name of componentsOf(path)) {
    let child = at.children?.get(name);
    if (child === undefined) {
      child = createNode(name, at);
      at.children ??= new Map();
      at.children.set(name, child);
      top ??= child;
    }
    at = child;
  }
  // Not by spreading, which makes room for more that never come.
  if (!at.watched.includes(path)) at.watched = at.watched.concat(path);
  return top ?? at;
}

/** The node of a path, whether it is watched itself or only leads to what is. */
export function findNode(root: PathNode, path: string): PathNode | undefined {
  let at: PathNode | undefined = root;
  for (const name of componentsOf(path)) at = at?.children?.get(name);
  return at;
}

/** Takes a path out again. Returns the nodes that nobody needs any more, those of children before their parents. */
export function removePath(root: PathNode, path: string): readonly PathNode[] {
  let at = findNode(root, path);
  if (at === undefined) return [];
  at.watched = at.watched.filter((watched) => watched !== path);
  const gone: PathNode[] = [];
  while (at.parent !== undefined && at.watched.length === 0 && (at.children?.size ?? 0) === 0) {
    gone.push(at);
    at.parent.children?.delete(at.name);
    at = at.parent;
  }
  return gone;
}

/** The components of a path that mean something. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** The nodes at and below this one, parents before their children. */
export function* subtree(top: PathNode): Generator<PathNode> {
  const stack = [top];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if (node.children !== undefined) stack.push(...node.children.values());
  }
}

/** Whether one of the nodes above this one is in the set. */
export function hasAncestorIn(nodes: ReadonlySet<PathNode>, node: PathNode): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (nodes.has(above)) return true;
  }
  return false;
}

/** Shared, because most lists stay empty. */
const NONE: readonly never[] = [];

function createNode(name: string, parent: PathNode | undefined): PathNode {
  return {
    name,
    parent,
    children: undefined,
    watched: NONE,
    hops: NONE,
    place: undefined,
    seen: undefined,
  };
}

function componentsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of splitPath(path)) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts;
}
