import { textField } from "../machine/spec-fields.ts";
import type { CreateInvariant } from "./invariant.ts";

/** What changed a resource under the last manifest has refreshed whom it was to notify, whatever came in between. */
export const notifications: CreateInvariant = ({ world, chronicle, accuse }) => {
  let generation = 0;
  let declaredAt = 0;
  return {
    proves: "design §4: a notification is owed until it succeeds",
    hear(fact) {
      if (fact.type !== "declared" || fact.generation === generation) return;
      generation = fact.generation;
      declaredAt = chronicle.now;
    },
    conclude(hasAsked) {
      if (!hasAsked) return;
      for (const { id, meta, input } of world.graph?.resources ?? []) {
        const { appliedAt } = chronicle.of(id);
        // What should be absent can go without us.
        if (appliedAt < declaredAt || textField(input, "state") === "absent") continue;
        if (world.process?.status(id)?.type !== "Ready") continue;
        for (const target of meta.notify ?? []) {
          // What is held back keeps its debt.
          const isReady = world.process?.status(target)?.type === "Ready";
          const isRefused = world.isOnlyObserved(target) || !isReady;
          if (isRefused || chronicle.of(target).refreshedAt > appliedAt) continue;
          accuse(
            `${id} was changed and ${target}, which it notifies, was not refreshed after that`,
          );
        }
      }
    },
  };
};
