import type { PackageRecord } from "@holdfast/host";

/** Which installed packages need which, by name. Where several could meet a need, and none by its own name, none does. */
export type PackageNeeds = ReadonlyMap<string, readonly string[]>;

/** Resolves what the packages need to those that are there. */
export function resolveNeeds(records: ReadonlyMap<string, PackageRecord>): PackageNeeds {
  const providers = new Map<string, Set<string>>();
  for (const { name, provides } of records.values()) {
    for (const virtual of provides) {
      const known = providers.get(virtual) ?? new Set();
      providers.set(virtual, known.add(name));
    }
  }
  const meet = (alternatives: readonly string[]): readonly string[] => {
    // As apt does: the first that is there by its own name.
    const real = alternatives.find((name) => records.has(name));
    if (real !== undefined) return [real];
    const virtual = alternatives.flatMap((name) => [...(providers.get(name) ?? [])]);
    return virtual.length === 1 ? virtual : [];
  };
  return new Map(
    [...records.values()].map(({ name, needs }) => [name, needs.flatMap(meet)] as const),
  );
}

/**
 * Those of the chosen packages that no other of them needs: the others come along. Of packages that need each other the
 * first stays. Recommendations do not count, for a machine may be set up without them.
 */
export function withoutNeeded(chosen: readonly string[], needs: PackageNeeds): readonly string[] {
  const kept = new Set(chosen);
  // From the end, so that it is the last of a circle that goes.
  for (const name of chosen.toReversed()) {
    const others = [...kept].filter((other) => other !== name);
    if (neededBy(others, needs).has(name)) kept.delete(name);
  }
  return chosen.filter((name) => kept.has(name));
}

/** The first of the declared packages that is one of those wanted, or brings one along; `undefined`: none does. */
export function bringerOf(
  wanted: readonly string[],
  declared: readonly string[],
  needs: PackageNeeds,
): string | undefined {
  const itself = declared.find((name) => wanted.includes(name));
  if (itself !== undefined || wanted.length === 0) return itself;
  return declared.find((name) => {
    const brought = neededBy([name], needs);
    return wanted.some((one) => brought.has(one));
  });
}

/** Everything that these need, directly or not. */
export function neededBy(from: readonly string[], needs: PackageNeeds): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const needed of needs.get(name) ?? []) {
      if (found.has(needed)) continue;
      found.add(needed);
      open.push(needed);
    }
  }
  return found;
}
