import { matchResources, type Removals, removalsOf, type ResourceId } from "@holdfast/core";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { Desired } from "../desired.ts";

/** What finding removals needs. */
export interface RemovalParts {
  readonly options: Pick<AgentOptions, "catalog" | "log" | "select" | "detect">;
  readonly ledger: AgentParts["ledger"];
  /** A person has said that a manifest that shrank removes all the same. */
  readonly isShrinkAllowed: boolean;
}

/** A desired state with what left its manifest. */
export interface WithRemovals extends Desired {
  readonly removals: Pick<Removals, "orphans" | "moves">;
}

/** Adds to a desired state what is to be removed, and finds what stays. Writes nothing. Who chose resources removes none. */
export function withRemovals(
  desired: Desired,
  { options, ledger, isShrinkAllowed }: RemovalParts,
): WithRemovals {
  const { manifest, whole } = desired;
  const { catalog, log, select, detect = [] } = options;
  const found = removalsOf({ manifest, graph: whole, ledger, catalog, log, isShrinkAllowed });
  const { orphans, moves, graph } = found;
  const removals = { orphans, moves };
  if (select !== undefined || graph === whole) return { ...desired, removals };
  const detectOnly = detect.length === 0 ? desired.detectOnly : detected(desired, found, detect);
  return { ...desired, graph, detectOnly, removals };
}

/** A pattern may be about what left the manifest alone, or about nothing of it. */
function detected(
  { detectOnly }: Desired,
  { graph }: Removals,
  detect: readonly string[],
): ReadonlySet<ResourceId> {
  const leaving = graph.resources.filter(({ removal }) => removal !== undefined);
  const matched = detect.flatMap((pattern) => [
    ...(matchResources(leaving, { option: "--detect", patterns: [pattern] }).value ?? []),
  ]);
  return new Set([...detectOnly, ...matched]);
}
