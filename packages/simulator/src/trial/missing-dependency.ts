import { buildGraph, createCatalog, type ResourceId, silentLog } from "@holdfast/core";
import { Coverage } from "./coverage.ts";
import type { Stage } from "./life.ts";
import { makePass, openSite } from "./site.ts";

/**
 * The resource that another one needs and does not name, found by trying: with it among the dependencies the first run
 * makes what failed. `undefined` when no single one helps.
 */
export async function missingDependency(
  stage: Stage,
  id: ResourceId,
): Promise<ResourceId | undefined> {
  for (const { id: candidate } of stage.rehearsal.desired.graph.resources) {
    if (candidate !== id && (await helps(stage, id, candidate))) return candidate;
  }
  return undefined;
}

async function helps(stage: Stage, id: ResourceId, candidate: ResourceId): Promise<boolean> {
  const { rehearsal, seed } = stage;
  const { kinds, desired } = rehearsal;
  const resources = desired.graph.resources.map((resource) => {
    if (resource.id !== id) return resource;
    const dependsOn = [...(resource.meta.dependsOn ?? []), candidate];
    return { ...resource, meta: { ...resource.meta, dependsOn } };
  });
  const graph = buildGraph(resources, { catalog: createCatalog(kinds), log: silentLog }).value;
  // What would close a circle cannot be what is missing.
  if (graph === undefined) return false;
  const tried = { ...rehearsal, desired: { graph, digest: `${desired.digest} with ${candidate}` } };
  const world = await openSite(tried, seed, new Coverage(graph).listener());
  await makePass(world);
  const result = world.process?.report?.results.find((one) => one.id === id);
  return result?.status === "changed" || result?.status === "ok";
}
