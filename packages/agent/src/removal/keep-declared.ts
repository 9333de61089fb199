import {
  keptDeclaration,
  type LastApplied,
  type Ledger,
  redeclared,
  type Removals,
  type Resource,
  type ResourceId,
} from "@holdfast/core";
import type { AgentOptions } from "../agent.ts";
import type { WithRemovals } from "./with-removals.ts";

/** What of a ledger is about what was applied. */
type KeptLedger = Pick<Ledger, "lastApplied" | "remember" | "forget">;

/** What is remembered of a resource from now on. */
type Remembered = readonly [id: ResourceId, applied: LastApplied];

/** So many records are written at once. */
const AT_ONCE = 64;

/**
 * Puts on record what a manifest says now of resources that were applied before: whether they go with it, and under which
 * id. What nobody changed is not written, so that a pass that changes nothing writes nothing. What was applied of a
 * resource stays as it was: that is what is there.
 * @throws {Fault} what the ledger throws.
 */
export async function keepDeclared(
  { manifest, removals: { moves } }: Pick<WithRemovals, "manifest" | "removals">,
  { ledger, catalog }: { readonly ledger: KeptLedger; readonly catalog: AgentOptions["catalog"] },
  signal: AbortSignal,
): Promise<void> {
  const { name } = manifest;
  const updates = manifest.resources.flatMap((resource): readonly Remembered[] => {
    const applied = ledger.lastApplied(resource.id);
    const update = applied && updated(applied, { name, resource, catalog });
    return update === undefined ? [] : [[resource.id, update]];
  });
  for (let at = 0; at < updates.length; at += AT_ONCE) {
    const some = updates.slice(at, at + AT_ONCE);
    await Promise.all(some.map(([id, applied]) => ledger.remember(id, applied, signal)));
  }
  const byId = new Map(manifest.resources.map((resource) => [resource.id, resource]));
  for (const move of moves) await carryOver(move, { ledger, name, catalog, byId }, signal);
}

interface Declared {
  readonly name: string;
  readonly catalog: AgentOptions["catalog"];
}

/** What is to be written; `undefined` when it is on record. */
function updated(
  applied: LastApplied,
  { name: manifest, resource, catalog }: Declared & { readonly resource: Resource },
): LastApplied | undefined {
  const { declaration } = applied;
  if (declaration === undefined) {
    const kind = catalog.get(resource.kind);
    return (
      kind && { ...applied, declaration: keptDeclaration({ manifest, resource, kind, after: [] }) }
    );
  }
  const update = redeclared(declaration, { manifest, resource });
  return update && { ...applied, declaration: update };
}

/** The new id first: a crash in between finds both, and drops the old one. */
async function carryOver(
  { from, to }: Removals["moves"][number],
  {
    ledger,
    name: manifest,
    catalog,
    byId,
  }: Declared & { readonly ledger: KeptLedger; readonly byId: ReadonlyMap<ResourceId, Resource> },
  signal: AbortSignal,
): Promise<void> {
  const applied = ledger.lastApplied(from);
  const resource = byId.get(to);
  const kind = resource && catalog.get(resource.kind);
  if (applied === undefined || resource === undefined || kind === undefined) return;
  if (ledger.lastApplied(to) === undefined) {
    const declaration = keptDeclaration({ manifest, resource, kind, after: [] });
    await ledger.remember(to, { ...applied, declaration }, signal);
  }
  await ledger.forget(from, signal);
}
