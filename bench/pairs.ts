/** What pairs of measurements came to, in milliseconds. */
export interface Pairs {
  readonly value: number;
  readonly floor: number;
  /** The middle of the pairs' ratios: what disturbs a machine for a while disturbs both of a pair. */
  readonly ratio: number;
}

/** Measures two things in turn, so many times, after one pair that does not count. */
export async function measurePairs(
  count: number,
  value: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<Pairs> {
  await value();
  await floor();
  const pairs: { readonly value: number; readonly floor: number }[] = [];
  for (let index = 0; index < count; index++) {
    // The first of a pair finds the machine as the other left it; so they take turns.
    const first = index % 2 === 0 ? await value() : undefined;
    const floorMs = await floor();
    pairs.push({ value: first ?? (await value()), floor: floorMs });
  }
  return {
    value: median(pairs.map((pair) => pair.value)),
    floor: median(pairs.map((pair) => pair.floor)),
    ratio: median(pairs.map((pair) => pair.value / pair.floor)),
  };
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which a share of all lies; `percentile(values, 0.99)` is the p99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
