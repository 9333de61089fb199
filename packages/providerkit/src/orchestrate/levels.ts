import type { ProviderEntry } from "./provider-entry.ts";

type Placed = Pick<ProviderEntry, "type" | "dependsOn" | "wave">;

/** The order of providers: each level needs only levels before it; inside one by wave, then by name (P2). */
export type Leveling<Entry extends Placed> =
  | { readonly type: "levels"; readonly levels: readonly (readonly Entry[])[] }
  /** `from` depends on `to`, which is none of them. */
  | { readonly type: "unknown"; readonly from: string; readonly to: string }
  /** Each depends on the one behind it, the last on the first. */
  | { readonly type: "cycle"; readonly members: readonly string[] };

/** Orders by Kahn's algorithm. O(entries² ) at worst, of which there are few. */
export function levelsOf<Entry extends Placed>(entries: readonly Entry[]): Leveling<Entry> {
  const types = new Set(entries.map(({ type }) => type));
  for (const { type, dependsOn } of entries) {
    const missing = dependsOn.find((each) => !types.has(each));
    if (missing !== undefined) return { type: "unknown", from: type, to: missing };
  }
  const levels: Entry[][] = [];
  const placed = new Set<string>();
  let left = [...entries];
  while (left.length > 0) {
    const free = left.filter(({ dependsOn }) => dependsOn.every((each) => placed.has(each)));
    if (free.length === 0) return { type: "cycle", members: cycleIn(left) };
    for (const { type } of free) placed.add(type);
    left = left.filter(({ type }) => !placed.has(type));
    levels.push(free.toSorted(byWaveThenName));
  }
  return { type: "levels", levels };
}

/** Whoever cannot be placed leads, by what it waits for, into a cycle. */
function cycleIn(left: readonly Placed[]): readonly string[] {
  const byType = new Map(left.map((each) => [each.type, each]));
  const way: string[] = [];
  let at = left[0]?.type ?? "";
  while (!way.includes(at)) {
    way.push(at);
    at = byType.get(at)?.dependsOn.find((each) => byType.has(each)) ?? "";
  }
  return way.slice(way.indexOf(at));
}

function byWaveThenName(one: Placed, other: Placed): number {
  if (one.wave !== other.wave) return one.wave - other.wave;
  return one.type < other.type ? -1 : 1;
}
