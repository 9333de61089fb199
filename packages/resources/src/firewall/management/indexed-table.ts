import {
  type AddressFamily,
  type FirewallChain,
  type FirewallMap,
  type FirewallMatch,
  type FirewallTable,
  type Interval,
  type MappedVerdict,
  mappedText,
  mergeIntervals,
  parseInterval,
} from "@holdfast/core";

/** A table in which packets of many classes are followed. What its values cover is worked out once for all of them. */
export interface IndexedTable {
  readonly chains: ReadonlyMap<string, FirewallChain>;
  /** The values of a match, or the elements of its set. */
  elementsOf(match: FirewallMatch): readonly string[];
  /** What these cover: merged, in order. */
  intervalsOf(match: FirewallMatch, type: AddressFamily | "port"): readonly Interval[];
  /** What a map of ports says of one; `undefined` when it is not in it. */
  verdictAt(map: string, port: number): MappedVerdict | undefined;
  /** All that a map may say, each once. */
  verdictsOf(map: string): readonly MappedVerdict[];
}

/** One element of a map of ports. */
interface MappedInterval extends Interval {
  readonly verdict: MappedVerdict;
}

/** Indexes a table. Each list of values is read when it is asked for first. */
export function indexTable({ chains, sets, maps }: FirewallTable): IndexedTable {
  const elements = new Map(sets.map((set) => [set.name, set.elements]));
  const mapped = new Map(maps.map((map) => [map.name, map]));
  const elementsOf = ({ set, values }: FirewallMatch): readonly string[] =>
    values ?? elements.get(set) ?? NOTHING;
  const merged = {
    ipv4: once(mergedOf("ipv4")),
    ipv6: once(mergedOf("ipv6")),
    port: once(mergedOf("port")),
  };
  const ports = once(mappedPorts);
  const verdicts = once(differentVerdicts);
  return {
    chains: new Map(chains.map((chain) => [chain.name, chain])),
    elementsOf,
    intervalsOf: (match, type) => merged[type](elementsOf(match)),
    verdictAt(name, port) {
      const map = mapped.get(name);
      const number = BigInt(port);
      const found = map && firstUpTo(ports(map), number);
      return found !== undefined && found.first <= number ? found.verdict : undefined;
    },
    verdictsOf(name) {
      const map = mapped.get(name);
      return map === undefined ? [] : verdicts(map);
    },
  };
}

/** The first of intervals in order that does not end before a number: by halves. */
export function firstUpTo<Found extends Interval>(
  intervals: readonly Found[],
  number: bigint,
): Found | undefined {
  let from = 0;
  let to = intervals.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const isBefore = (intervals[middle]?.last ?? 0n) < number;
    if (isBefore) from = middle + 1;
    else to = middle;
  }
  return intervals[from];
}

const NOTHING: readonly string[] = [];

/** Remembers what was made of each object. */
function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

function mergedOf(
  type: AddressFamily | "port",
): (values: readonly string[]) => readonly Interval[] {
  return (values) => mergeIntervals(values.flatMap((value) => parseInterval(type, value) ?? []));
}

/** Keys do not overlap. */
function mappedPorts({ elements }: FirewallMap): readonly MappedInterval[] {
  return elements
    .flatMap(({ key, verdict }) => {
      const interval = parseInterval("port", key);
      return interval === undefined ? [] : [{ ...interval, verdict }];
    })
    .sort((one, other) => (one.first < other.first ? -1 : 1));
}

function differentVerdicts({ elements }: FirewallMap): readonly MappedVerdict[] {
  return [...new Map(elements.map(({ verdict }) => [mappedText(verdict), verdict])).values()];
}
