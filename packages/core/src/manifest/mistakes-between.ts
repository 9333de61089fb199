import { type Declared, isNameKnown } from "../check/check-resources.ts";
import { isAtOrBelow } from "../check/field-path.ts";
import type { Diagnostic } from "../fault/diagnostic.ts";
import { buildGraph } from "../graph/graph.ts";
import { kindOf, parseResourceId, type ResourceId, resourceId } from "../id.ts";
import { isJsonObject } from "../json.ts";
import { silentLog } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";

/**
 * The mistakes between resources of which some have mistakes of their own, so that one run shows both: unknown targets,
 * circles, things with two owners (G1, G6). A resource with a mistake takes part with its id and what it names.
 */
export function mistakesBetween(
  declared: readonly Declared[],
  valid: readonly Resource[],
  catalog: Catalog,
): readonly Diagnostic[] {
  const known = new Map(valid.map((resource) => [resource.id, resource]));
  const resources = new Map<ResourceId, Resource>();
  const isMeant = meantTargets(declared, catalog);
  for (const one of declared) {
    const id = resourceId(one.kind, one.name);
    const resource = resources.get(id) ?? known.get(id) ?? standIn(id, one);
    const targetsIn = (field: TargetField) =>
      new Set([...(resource.meta[field] ?? []), ...idsIn(one, field)]);
    const named = (field: TargetField) => [...targetsIn(field)].filter(isMeant);
    const meta = { ...resource.meta, dependsOn: named("dependsOn"), notify: named("notify") };
    resources.set(id, { ...resource, meta });
  }
  return buildGraph([...resources.values()], { catalog, log: silentLog }).diagnostics;
}

type TargetField = "dependsOn" | "notify";

/** Which targets are to be found: not those of a resource whose kind is misspelt or whose name could not be filled, which is reported already. */
function meantTargets(
  declared: readonly Declared[],
  catalog: Catalog,
): (target: ResourceId) => boolean {
  const ids = new Set(declared.map(({ kind, name }) => resourceId(kind, name)));
  const misnamed = new Set(
    declared.filter(({ kind }) => !catalog.has(kind)).map(({ name }) => name),
  );
  const unnamed = new Set(declared.flatMap((one) => (isNameKnown(one) ? [] : [one.kind])));
  return (target) =>
    ids.has(target) || !(misnamed.has(nameIn(target)) || unnamed.has(kindOf(target)));
}

/** The kind of what cannot be read: no catalog has it, so that nothing is asked of its spec. */
const UNREADABLE = "";

function standIn(id: ResourceId, { name, locate }: Declared): Resource {
  const location = () => locate([]);
  return { id, kind: UNREADABLE, name, spec: undefined, input: {}, meta: {}, location };
}

function idsIn({ meta, unfilled = [] }: Declared, field: TargetField): readonly ResourceId[] {
  const written = isJsonObject(meta) ? meta[field] : undefined;
  if (!Array.isArray(written)) return [];
  return written.flatMap((target, at) => {
    const isKnown = typeof target === "string" && !isAtOrBelow(["meta", field, at], unfilled);
    return isKnown ? (parseResourceId(target) ?? []) : [];
  });
}

function nameIn(id: ResourceId): string {
  return id.slice(id.indexOf(":") + 1);
}
