import type { LeafCondition, MachineConditions } from "@holdfast/core";
import type { LeafSource } from "./leaf-source.ts";

/** Who tells of each type of leaf. */
export type ConditionSources = Readonly<Record<LeafCondition["type"], LeafSource>>;

/** Conditions out of one source for each type of leaf. */
export function createConditions(sources: ConditionSources): MachineConditions {
  return {
    observe: ({ type, subject }, signal) => sources[type].observe(subject, signal),
    async watch(leaves, hear, signal) {
      const byType = Map.groupBy(leaves.keys(), (position) => leaves[position]?.type ?? "file");
      const [first, ...others] = byType;
      if (first === undefined || others.length > 0) {
        throw new Error("assertion failed: the leaves of one watch are of one type");
      }
      const subjects = leaves.map(({ subject }) => subject);
      return sources[first[0]].watch(subjects, hear, signal);
    },
  };
}
