import {
  Fault,
  type LastApplied,
  type Ledger,
  type Requester,
  type ResourceId,
} from "@holdfast/core";

/** What a person says of what the ledger remembers of resources. */
export interface LettingGo {
  readonly ids: readonly ResourceId[];
  /**
   * `forget`: nothing is remembered of it any more. `adopt`: it counts as something that was there before us, and is never
   * deleted.
   */
  readonly as: "forget" | "adopt";
  /** For the records. Default: nobody knows. */
  readonly requester?: Requester;
}

/**
 * Lets go of resources: what left the manifest is no longer listed, nor removed. The machine is not touched.
 * @throws {Fault} NotFound, when nothing is remembered of one of them: then all stay; LedgerUnavailable and the like.
 */
export async function letGo(
  ledger: Pick<Ledger, "lastApplied" | "remember" | "forget">,
  { ids, as }: LettingGo,
  signal: AbortSignal,
): Promise<void> {
  const known = ids.map((id) => [id, rememberedOf(ledger, id)] as const);
  for (const [id, applied] of known) {
    if (as === "forget") await ledger.forget(id, signal);
    else await ledger.remember(id, adopted(applied), signal);
  }
}

function rememberedOf(ledger: Pick<Ledger, "lastApplied">, id: ResourceId): LastApplied {
  const applied = ledger.lastApplied(id);
  if (applied !== undefined) return applied;
  throw new Fault({
    reason: "NotFound",
    message: `the ledger remembers nothing of ${id}`,
    resolution: "Name one of the ids that holdfast plan or holdfast status lists as orphaned.",
  });
}

/** Who declares it again has it kept again; until then nobody removes it. */
function adopted({ declaration: _, ...applied }: LastApplied): LastApplied {
  return { ...applied, provenance: "adopted" };
}
