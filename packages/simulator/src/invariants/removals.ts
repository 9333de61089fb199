import { type ResourceId, resourceId } from "@holdfast/core";
import { textField } from "../machine/spec-fields.ts";
import type { CreateInvariant } from "./invariant.ts";

/** Files that were there before the agent. */
export const FOUND: readonly string[] = ["/etc/five"];

/**
 * What was found is never deleted, unless it was declared absent or somebody else took it away. What is not declared is
 * changed only where the manifest prunes, and only after it was changed while it was declared.
 */
export const removals: CreateInvariant = ({ world, accuse }) => {
  const left = new Set(FOUND);
  const changed = new Set<ResourceId>();
  /** What left with the last manifest; work on it that was under way goes on to its end. */
  let declaredAt = 0;
  return {
    proves: "F5: what was adopted is never deleted, nor what we did not make; an orphan stays",
    hear(fact) {
      if (fact.type === "outside") {
        for (const path of left) if (fact.ids.includes(resourceId("file", path))) left.delete(path);
      }
      if (fact.type === "declared") {
        declaredAt = world.nowMs;
        for (const { kind, name, input } of fact.graph.resources) {
          if (kind === "file" && textField(input, "state") === "absent") left.delete(name);
        }
      }
      if (fact.type !== "begins" || fact.call.verb !== "apply") return;
      for (const id of fact.call.ids) {
        if (world.resource(id) !== undefined) changed.add(id);
        else if (!changed.has(id)) accuse(`${id} is not declared, was never changed, and is now`);
        else if (world.options.prunes !== true && world.nowMs > declaredAt + GIVEN_UP_MS)
          accuse(`${id} left a manifest that does not prune, and is changed`);
      }
    },
    check() {
      for (const path of left) {
        if (world.kernel.inspect.stat(path) === undefined) accuse(`${path} was found, and is gone`);
      }
    },
  };
};

/** Longer than an attempt that began under the manifest before may take to write. */
const GIVEN_UP_MS = 300_000;
