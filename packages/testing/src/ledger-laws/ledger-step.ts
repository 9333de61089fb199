import type { Intent } from "@holdfast/core";
import fc from "fast-check";

/** One thing that is done to a ledger; resources and keys by their number. */
export type LedgerStep =
  | {
      readonly type: "begin";
      readonly id: number;
      readonly verb: Intent["verb"];
      /** It says by what it can be undone. */
      readonly isChange: boolean;
    }
  | { readonly type: "task"; readonly id: number; readonly task: string }
  | {
      readonly type: "done" | "failed" | "refreshed" | "owe" | "adopt" | "forget";
      readonly id: number;
    }
  /** A hold for one of the resource's changes, by its place; `undefined` takes it away. */
  | {
      readonly type: "hold";
      readonly id: number;
      readonly place: number;
      readonly as: "standing" | "pending" | undefined;
    }
  | { readonly type: "undone"; readonly id: number; readonly place: number }
  | { readonly type: "key"; readonly key: number; readonly as: "begin" | "done" | "forget" }
  | { readonly type: "accept"; readonly digest: string }
  | { readonly type: "pause"; readonly reason: string | undefined }
  /** An approval of two actions. */
  | { readonly type: "approve"; readonly approval: number }
  | { readonly type: "spend"; readonly approval: number; readonly action: number }
  | { readonly type: "trust"; readonly version: number };

const id = fc.nat({ max: 2 });

const beginning: fc.Arbitrary<LedgerStep> = fc.record({
  type: fc.constant("begin" as const),
  id,
  verb: fc.constantFrom("update" as const, "update" as const, "refresh" as const),
  isChange: fc.boolean(),
});

/** Among the changes of a resource, or beyond them. */
const place = fc.nat({ max: 3 });

/** Any of them; those that depend on what was before them are the most. */
export const anyLedgerStep: fc.Arbitrary<LedgerStep> = fc.oneof(
  { weight: 4, arbitrary: beginning },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom("done", "done", "failed", "refreshed", "owe", "adopt", "forget"),
      id,
    }),
  },
  fc.record({
    type: fc.constant("hold" as const),
    id,
    place,
    as: fc.constantFrom("standing" as const, "pending" as const, undefined),
  }),
  fc.record({ type: fc.constant("undone" as const), id, place }),
  fc.record({ type: fc.constant("task" as const), id, task: fc.constantFrom("t1", "t2") }),
  fc.record({
    type: fc.constant("key" as const),
    key: fc.nat({ max: 1 }),
    as: fc.constantFrom("begin" as const, "done" as const, "forget" as const),
  }),
  fc.record({ type: fc.constant("accept" as const), digest: fc.constantFrom("d1", "d2", "d3") }),
  fc.record({
    type: fc.constant("pause" as const),
    reason: fc.constantFrom("r1", "r2", undefined),
  }),
  fc.record({ type: fc.constant("approve" as const), approval: fc.nat({ max: 2 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("spend" as const),
      approval: fc.nat({ max: 2 }),
      action: fc.nat({ max: 1 }),
    }),
  },
  fc.record({ type: fc.constant("trust" as const), version: fc.nat({ max: 3 }) }),
);
