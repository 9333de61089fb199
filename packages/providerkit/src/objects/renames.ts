import type { Comparison, PlanningInput } from "./comparison.ts";
import { addressOf, type DeclaredObject } from "./object-system.ts";

/** Which objects only have another name, by their new address: the old one. */
export interface Renames {
  readonly renames: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** One orphan and one unmatched of a type is a rename; of more, only `movedFrom` says which is which (P7). */
export function findRenames(input: PlanningInput, known: Comparison): Renames {
  const renames = new Map<string, string>();
  const warnings: string[] = [];
  const declared = new Set(input.declared.map(addressOf));
  const unmatched = input.declared.filter((each) => isUnmatched(each, known));
  const orphans = (input.state?.resources ?? []).filter(
    ({ mode, address }) =>
      mode === "managed" && !declared.has(address) && known.liveAt(address) !== undefined,
  );
  for (const [type, sort] of Object.entries(input.sorts)) {
    if (sort.canRename !== true) continue;
    const left = new Set(orphans.filter((each) => each.type === type).map((each) => each.address));
    const open = unmatched.filter((each) => each.type === type);
    const unexplained = open.filter((object) => {
      const from = `${type}:${object.movedFrom ?? ""}`;
      if (!left.delete(from)) return true;
      renames.set(addressOf(object), from);
      return false;
    });
    const [only] = unexplained;
    const [from] = left;
    if (only === undefined || from === undefined) continue;
    if (unexplained.length === 1 && left.size === 1) renames.set(addressOf(only), from);
    else warnings.push(ambiguous(type, [...left], unexplained));
  }
  return { renames, warnings };
}

function isUnmatched(object: DeclaredObject, known: Comparison): boolean {
  const address = addressOf(object);
  return (
    known.liveAt(address) === undefined &&
    known.keptAt(address) === undefined &&
    known.whyUnknown(address) === undefined
  );
}

function ambiguous(type: string, left: readonly string[], open: readonly DeclaredObject[]): string {
  const names = open.map(addressOf).join(", ");
  return `${left.join(", ")} left and ${names} came: which ${type} is a renamed one cannot be said. Write movedFrom where one is.`;
}
