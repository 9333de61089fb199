import { type Adjacency, targetsOf } from "./adjacency.ts";

/**
 * The strongly connected component of each vertex, as a number per vertex (Tarjan 1972, iterative because a chain may
 * be a million long). Two vertices lie on a common cycle exactly when their numbers are equal. O(vertices + edges).
 */
export function componentsOf(adjacency: Adjacency): Uint32Array {
  const count = adjacency.offsets.length - 1;
  const search = new Search(count);
  for (let v = 0; v < count; v++) if (search.index[v] === 0) visit(adjacency, v, search);
  return search.component;
}

/** A cycle inside one component, as vertices; the last has an edge to the first. `inside` tells what belongs to it. */
export function cycleThrough(
  adjacency: Adjacency,
  start: number,
  inside: (vertex: number) => boolean,
): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const vertex of queue) {
    for (const target of targetsOf(adjacency, vertex)) {
      if (target === start) return pathTo(vertex, start, cameFrom);
      if (!inside(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, vertex);
      queue.push(target);
    }
  }
  return [];
}

function pathTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path = [end];
  for (let v = end; v !== start; ) {
    v = cameFrom.get(v) ?? start;
    path.push(v);
  }
  return path.reverse();
}

class Search {
  readonly index: Uint32Array;
  readonly low: Uint32Array;
  readonly component: Uint32Array;
  readonly isOnStack: Uint8Array;
  readonly stack: number[] = [];
  nextIndex = 1;
  nextComponent = 1;

  constructor(count: number) {
    this.index = new Uint32Array(count);
    this.low = new Uint32Array(count);
    this.component = new Uint32Array(count);
    this.isOnStack = new Uint8Array(count);
  }

  enter(vertex: number): void {
    this.index[vertex] = this.low[vertex] = this.nextIndex++;
    this.stack.push(vertex);
    this.isOnStack[vertex] = 1;
  }

  lower(vertex: number, value: number): void {
    if (value < (this.low[vertex] ?? 0)) this.low[vertex] = value;
  }

  leave(vertex: number): void {
    if (this.low[vertex] !== this.index[vertex]) return;
    for (let member = this.stack.pop(); member !== undefined; member = this.stack.pop()) {
      this.isOnStack[member] = 0;
      this.component[member] = this.nextComponent;
      if (member === vertex) break;
    }
    this.nextComponent++;
  }
}

function visit({ offsets, targets }: Adjacency, root: number, search: Search): void {
  const path = [root];
  const nextEdge = [offsets[root] ?? 0];
  search.enter(root);
  while (path.length > 0) {
    const vertex = path.at(-1) ?? root;
    const edge = nextEdge.at(-1) ?? 0;
    if (edge === (offsets[vertex + 1] ?? 0)) {
      path.pop();
      nextEdge.pop();
      search.leave(vertex);
      const parent = path.at(-1);
      if (parent !== undefined) search.lower(parent, search.low[vertex] ?? 0);
      continue;
    }
    nextEdge[nextEdge.length - 1] = edge + 1;
    const target = targets[edge] ?? 0;
    if (search.index[target] === 0) {
      path.push(target);
      nextEdge.push(offsets[target] ?? 0);
      search.enter(target);
    } else if (search.isOnStack[target] === 1) search.lower(vertex, search.index[target] ?? 0);
  }
}
