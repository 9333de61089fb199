import { kindOf, type ResourceId } from "../id.ts";
import { isJsonObject, isSameData, type Json, type JsonObject } from "../json.ts";
import type { KeptDeclaration, KeptMeta } from "../ports/ledger.ts";
import { type Catalog, createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import type { Resource } from "../resource/resource.ts";
import { bindGone, bindKept, type KeptThing } from "./bind-kept.ts";

/** What a kept declaration is made of. */
export interface DeclaredThing {
  readonly manifest: string;
  readonly resource: Resource;
  readonly kind: AnyKind;
  /** What it comes after. */
  readonly after: readonly ResourceId[];
}

/** A spec of up to so many characters is kept as it is. */
const WHOLE_CHARACTERS = 2_048;
/** Of a longer one, fields of more than this are left out. */
const LONG_FIELD_CHARACTERS = 256;
/** So many edges are kept; the others follow from what the resources are. */
const MOST_EDGES = 32;

/** Makes what is kept of a declaration: a few KiB at most. Pure. */
export function keptDeclaration(declared: DeclaredThing): KeptDeclaration {
  const { manifest, resource, kind, after } = declared;
  const spec = keptSpec(resource, kind);
  const meta = keptMeta(resource.meta);
  return {
    manifest,
    ...(spec === undefined ? {} : { spec }),
    ...(meta === undefined ? {} : { meta }),
    ...(after.length === 0 ? {} : { after: after.slice(0, MOST_EDGES) }),
    ...(kind.isAbsent?.(resource.spec) === true ? { isAbsent: true } : {}),
  };
}

/**
 * The same declaration with what its resource says now of manifest and meta; `undefined` when it says that already. What
 * was applied stays as it was. Cheap.
 */
export function redeclared(
  kept: KeptDeclaration,
  { manifest, resource }: Pick<DeclaredThing, "manifest" | "resource">,
): KeptDeclaration | undefined {
  const meta = keptMeta(resource.meta);
  if (kept.manifest === manifest && isSameData(kept.meta, meta)) return undefined;
  const { meta: _, ...rest } = kept;
  return { ...rest, manifest, ...(meta === undefined ? {} : { meta }) };
}

/** Whether a resource is the thing that was kept: both own the same; of kinds that own nothing the kind decides. */
export function isSameThing(kept: KeptThing, resource: Resource, catalog: Catalog): boolean {
  const before = bindGone(kept, catalog);
  const owned = before === undefined ? [] : thingsOf(before, catalog);
  const owns = thingsOf(resource, catalog);
  if (owned.length === 0 && owns.length === 0) return kindOf(kept.id) === resource.kind;
  return isSameData(owned, owns);
}

function thingsOf({ kind, spec }: Resource, catalog: Catalog): readonly string[] {
  const owned = catalog.get(kind)?.owns?.(spec) ?? [];
  return owned.map(({ thing }) => thing).toSorted();
}

function keptMeta({ onRemove, noop, condition, timeoutMs, tags, protect }: ResourceMeta) {
  const isSaid = onRemove ?? noop ?? condition ?? timeoutMs ?? tags ?? protect;
  if (isSaid === undefined) return undefined;
  return {
    ...(onRemove === undefined ? {} : { onRemove }),
    ...(noop === undefined ? {} : { noop }),
    ...(condition === undefined ? {} : { condition }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(tags === undefined ? {} : { tags }),
    ...(protect === undefined ? {} : { protect }),
  } satisfies KeptMeta;
}

function keptSpec(resource: Resource, kind: AnyKind): Json | undefined {
  const { input } = resource;
  if (!isJsonObject(input) || JSON.stringify(input).length <= WHOLE_CHARACTERS) return input;
  const short = withoutLongFields(input);
  if (JSON.stringify(short).length > WHOLE_CHARACTERS) return undefined;
  return saysTheSame(resource, kind, short) ? short : undefined;
}

function withoutLongFields(input: JsonObject): JsonObject {
  const isShort = (value: Json | undefined): boolean =>
    value !== undefined && JSON.stringify(value).length <= LONG_FIELD_CHARACTERS;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => isShort(value)));
}

/** Whether a shorter spec is removed in the same way. */
function saysTheSame({ name, kind: kindName, spec }: Resource, kind: AnyKind, short: Json) {
  const bound = bindKept({ kind: kindName, name, spec: short }, createCatalog([kind]));
  const absent = kind.absent?.(spec);
  return (
    bound !== undefined && absent !== undefined && isSameData(kind.absent?.(bound.spec), absent)
  );
}
