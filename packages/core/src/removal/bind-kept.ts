import { checkResources, type Declared } from "../check/check-resources.ts";
import { kindOf, type ResourceId } from "../id.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import type { KeptDeclaration } from "../ports/ledger.ts";

/** A declaration that was kept, and its id. */
export interface KeptThing {
  readonly id: ResourceId;
  readonly declaration: Pick<KeptDeclaration, "spec" | "after">;
}

/** The resource that was once declared so; `undefined` when its kind does not take that, or does not exist here. */
export function bindKept(
  { kind, name, spec }: Pick<Declared, "kind" | "name" | "spec">,
  catalog: Catalog,
): Resource | undefined {
  const declared = { kind, name, spec, meta: {}, locate: () => undefined };
  return checkResources([declared], catalog).value?.[0];
}

/** The same of a declaration in the ledger; what it came after is what it depends on. */
export function bindGone({ id, declaration }: KeptThing, catalog: Catalog): Resource | undefined {
  const { spec, after } = declaration;
  if (spec === undefined) return undefined;
  const bound = bindKept(
    { kind: kindOf(id), name: id.slice(kindOf(id).length + 1), spec },
    catalog,
  );
  return bound && { ...bound, ...(after === undefined ? {} : { meta: { dependsOn: after } }) };
}
