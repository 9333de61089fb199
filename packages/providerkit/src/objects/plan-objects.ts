import type { PlanContent } from "../provider/plan.ts";
import { Comparison, type PlanningInput } from "./comparison.ts";
import { addressOf, type DeclaredObject } from "./object-system.ts";
import { findRenames } from "./renames.ts";

/** Compares what is declared with what is live and what is remembered. Pure; what makes comes before what removes. */
export function planObjects(input: PlanningInput): PlanContent {
  const context = new Comparison(input);
  const { renames, warnings } = findRenames(input, context);
  const moved = new Set(renames.values());
  const kept = parentsFirst(input.declared).flatMap((object) =>
    context.actionsFor(object, renames.get(addressOf(object))),
  );
  const declared = new Set(input.declared.map(addressOf));
  const gone = (input.state?.resources ?? [])
    .filter(({ mode, address }) => mode === "managed" && !declared.has(address))
    .filter(({ address }) => !moved.has(address))
    .flatMap((resource) => context.actionsForGone(resource));
  return { actions: [...kept, ...gone.toReversed()], warnings };
}

/** In the order of declaration, but an object after the one it belongs to. */
function parentsFirst(declared: readonly DeclaredObject[]): readonly DeclaredObject[] {
  const byAddress = new Map(declared.map((each) => [addressOf(each), each]));
  const ordered = new Set<DeclaredObject>();
  for (const object of declared) {
    const way: DeclaredObject[] = [];
    for (let at: DeclaredObject | undefined = object; at !== undefined && !way.includes(at); ) {
      way.push(at);
      at = at.parent === undefined ? undefined : byAddress.get(at.parent);
    }
    for (const each of way.toReversed()) ordered.add(each);
  }
  return [...ordered];
}
