import { ApprovalMemory, type JsonObject } from "@holdfast/core";
import type { LedgerRecord } from "./record.ts";

/** A record about what was approved, and about who may approve. */
export type ApprovalRecord = LedgerRecord & {
  readonly type: "approval" | "spent" | "spentuntil" | "trust";
};

const TYPES: ReadonlySet<LedgerRecord["type"]> = new Set([
  "approval",
  "spent",
  "spentuntil",
  "trust",
]);

/** Whether a record is one of those. */
export function isApprovalRecord(record: LedgerRecord): record is ApprovalRecord {
  return TYPES.has(record.type);
}

/** What those records fold to. */
export class ApprovalRecords {
  readonly memory = new ApprovalMemory();
  /** What was kept of the trust list that was accepted last; `undefined`: none was. */
  trust: JsonObject | undefined;

  /** How many records it takes to say all of it, at most. */
  get size(): number {
    return this.memory.size + 1;
  }

  /** Folds one record in. */
  fold(record: ApprovalRecord): void {
    switch (record.type) {
      case "approval":
        return this.memory.approve(record.approval);
      case "spent":
        return this.memory.spend(record.spent);
      case "spentuntil":
        return this.memory.forgetUntil(record.floorMs);
      default:
        this.trust = record.anchor;
    }
  }

  /** As few records as fold to the same: one of each nonce, so that a damaged line loses no other. */
  *records(): Iterable<LedgerRecord> {
    const { memory, trust } = this;
    if (memory.floorMs > 0) yield { type: "spentuntil", floorMs: memory.floorMs };
    for (const spent of memory.spent()) yield { type: "spent", spent: [spent] };
    for (const approval of memory.given()) yield { type: "approval", approval };
    if (trust !== undefined) yield { type: "trust", anchor: trust };
  }
}
