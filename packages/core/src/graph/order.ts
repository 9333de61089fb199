import type { Adjacency } from "./adjacency.ts";
import { ReadySet } from "./ready-set.ts";

/** A topological order, and what could not be ordered. */
export interface Ordering {
  /** Vertices so that every dependency comes before its dependents; among those that are free, the smallest first. */
  readonly order: Uint32Array;
  /** True when some vertices lie on a cycle or behind one; they are not in `order`. */
  readonly isCyclic: boolean;
}

/**
 * Orders vertices by their dependencies; ties go to the vertex that was declared first (G2). O(vertices + edges) where
 * everything was declared after what it depends on, which is then the order itself; else a logarithm to the base 32 more.
 */
export function orderGraph(dependencies: Adjacency, dependents: Adjacency): Ordering {
  const count = dependencies.offsets.length - 1;
  if (isDeclaredInOrder(dependencies)) {
    const order = new Uint32Array(count);
    for (let v = 0; v < count; v++) order[v] = v;
    return { order, isCyclic: false };
  }
  return orderByReadiness(count, dependencies, dependents);
}

function isDeclaredInOrder({ offsets, targets }: Adjacency): boolean {
  const count = offsets.length - 1;
  for (let v = 0, e = 0; v < count; v++) {
    const end = offsets[v + 1] ?? 0;
    for (; e < end; e++) if ((targets[e] ?? 0) >= v) return false;
  }
  return true;
}

function orderByReadiness(
  count: number,
  dependencies: Adjacency,
  { offsets, targets }: Adjacency,
): Ordering {
  const missing = new Uint32Array(count);
  const ready = new ReadySet(count);
  for (let v = 0; v < count; v++) {
    missing[v] = (dependencies.offsets[v + 1] ?? 0) - (dependencies.offsets[v] ?? 0);
    if (missing[v] === 0) ready.add(v);
  }
  const order = new Uint32Array(count);
  let length = 0;
  for (let v = ready.takeSmallest(); v >= 0; v = ready.takeSmallest()) {
    order[length++] = v;
    const end = offsets[v + 1] ?? 0;
    for (let e = offsets[v] ?? 0; e < end; e++) {
      const dependent = targets[e] ?? 0;
      const left = (missing[dependent] ?? 0) - 1;
      missing[dependent] = left;
      if (left === 0) ready.add(dependent);
    }
  }
  return { order: order.subarray(0, length), isCyclic: length < count };
}
