import type { Diagnostic } from "../fault/diagnostic.ts";
import type { Resource } from "../resource/resource.ts";
import { adjacencyOf } from "./adjacency.ts";
import { componentsOf, cycleThrough } from "./components.ts";
import type { EdgeList } from "./edges.ts";
import { orderGraph } from "./order.ts";

/** One diagnostic for each knot of cycles, with a shortest cycle through its first resource as a path (G1). */
export function findCycles(resources: readonly Resource[], edges: EdgeList): readonly Diagnostic[] {
  const count = resources.length;
  const dependencies = adjacencyOf(count, edges);
  const dependents = adjacencyOf(count, { from: edges.to, to: edges.from });
  if (!orderGraph(dependencies, dependents).isCyclic) return [];
  const component = componentsOf(dependencies);
  const diagnostics: Diagnostic[] = [];
  const reported = new Set<number>();
  for (let v = 0; v < count; v++) {
    const own = component[v] ?? 0;
    if (reported.has(own)) continue;
    const cycle = cycleThrough(dependencies, v, (other) => component[other] === own);
    if (cycle.length === 0) continue;
    reported.add(own);
    diagnostics.push(cycleError(cycle.map((at) => resources[at])));
  }
  return diagnostics;
}

function cycleError(cycle: readonly (Resource | undefined)[]): Diagnostic {
  const first = cycle[0];
  const location = first?.location?.();
  const path = [...cycle, first].map((resource) => resource?.id ?? "?").join(" → ");
  return {
    severity: "error",
    address: first?.id ?? "",
    ...(location === undefined ? {} : { location }),
    summary: "resources depend on each other in a circle",
    detail: `${path}: remove one of these edges (an arrow reads "comes after")`,
  };
}
