import {
  type Intent,
  type LastApplied,
  type Pause,
  type ResourceId,
  unreachable,
} from "@holdfast/core";
import type { LedgerRecord } from "./record.ts";

/** What the records fold to. */
export class Memory {
  lineage: string | undefined;
  generation: { readonly generation: number; readonly digest: string } | undefined;
  pause: Pause | undefined;
  readonly applied = new Map<ResourceId, LastApplied>();
  readonly open = new Map<string, Intent>();
  /** `met`: a refresh that began after the last change pays it, if it succeeds. */
  readonly owed = new Map<ResourceId, "new" | "met">();
  readonly keys = new Map<string, "begun" | "done">();

  /** Folds one record in. */
  fold(record: LedgerRecord): void {
    switch (record.type) {
      case "ledger":
        this.lineage = record.lineage;
        return;
      case "generation":
        this.generation = { generation: record.generation, digest: record.digest };
        return;
      case "intent":
        this.#open(record);
        if (record.verb === "refresh" && this.owed.has(record.id)) this.owed.set(record.id, "met");
        return;
      case "done":
        this.#remember(record);
        this.#close(record.id);
        for (const target of record.owes) this.owed.set(target, "new");
        return;
      case "failed":
        this.#close(record.id);
        return;
      case "applied":
        this.#remember(record);
        return;
      case "owed":
        this.owed.set(record.id, "new");
        return;
      case "refreshed":
        // What changed while it was being refreshed is owed afresh.
        if (this.owed.get(record.id) === "met") this.owed.delete(record.id);
        return;
      case "key":
        this.#turnKey(record);
        return;
      case "pause":
        this.pause = record.pause ?? undefined;
        return;
      case "task":
        return;
      default:
        return unreachable(record);
    }
  }

  /** As few records as fold to the same memory. */
  *records(): Iterable<LedgerRecord> {
    if (this.lineage !== undefined) yield { type: "ledger", version: 1, lineage: this.lineage };
    if (this.generation !== undefined) yield { type: "generation", ...this.generation };
    if (this.pause !== undefined) yield { type: "pause", pause: this.pause };
    for (const [id, applied] of this.applied) yield { type: "applied", id, ...applied };
    for (const [key, as] of this.keys) yield { type: "key", key, as };
    for (const intent of this.open.values()) yield { type: "intent", ...intent };
    // After the intents: a refresh too many is harmless, one too few is not.
    for (const id of this.owed.keys()) yield { type: "owed", id };
  }

  /** How many records that is. */
  get size(): number {
    return 3 + this.applied.size + this.owed.size + this.keys.size + this.open.size;
  }

  #open({ id, attempt, verb, specDigest, cause, temporaries }: Intent): void {
    const left = temporaries === undefined ? {} : { temporaries };
    this.open.set(attempt, { id, attempt, verb, specDigest, cause, ...left });
  }

  /** An outcome closes every earlier intent of its resource: work that was given up came before it in the same lane. */
  #close(id: ResourceId): void {
    for (const [attempt, intent] of this.open) if (intent.id === id) this.open.delete(attempt);
  }

  #remember({
    id,
    specDigest,
    fingerprint,
    provenance,
  }: LastApplied & { readonly id: ResourceId }): void {
    this.applied.set(id, { specDigest, fingerprint, provenance });
  }

  #turnKey({ key, as }: LedgerRecord & { readonly type: "key" }): void {
    if (as === "forgotten") this.keys.delete(key);
    else this.keys.set(key, as);
  }
}
