import {
  type AddressFamily,
  type FirewallMatch,
  type FirewallRule,
  type FirewallTable,
  type Interval,
  mergeIntervals,
  parseInterval,
} from "@holdfast/core";

/** Packets of which some things are known. What is `undefined` may be anything. */
export interface PacketClass {
  readonly family?: AddressFamily;
  /** Who is at the other end: any of these addresses. */
  readonly peer?: Interval;
  /** True: it comes in, from the peer. False: it goes out, to the peer. */
  readonly isIncoming: boolean;
  readonly protocol?: string;
  /** Of this machine. */
  readonly port?: number;
  readonly icmpType?: string;
  readonly state?: string;
  /** Where it comes in or goes out. `other`: anywhere but by the loopback. */
  readonly interface?: { readonly name: string } | "other";
}

/** How many packets of a class a rule is about. */
export type Coverage = "all" | "some" | "none";

const LOOPBACK = "lo";

/** Says how many packets of a class a rule is about, as far as the class says. A limit makes any rule one about some. */
export function coverageOf(
  rule: FirewallRule,
  packets: PacketClass,
  { sets }: Pick<FirewallTable, "sets">,
): Coverage {
  const elementsOf = (match: FirewallMatch): readonly string[] =>
    match.values ?? sets.find(({ name }) => name === match.set)?.elements ?? [];
  const { isIncoming, family, peer, port } = packets;
  const here = isIncoming ? rule.inInterface : rule.outInterface;
  const there = isIncoming ? rule.outInterface : rule.inInterface;
  const [far, near] = isIncoming
    ? [rule.source, rule.destination]
    : [rule.destination, rule.source];
  const [farPorts, nearPorts] = isIncoming
    ? [rule.sourcePorts, rule.ports]
    : [rule.ports, rule.sourcePorts];
  const byWords = least([
    ofInterface(here && elementsOf(here), packets.interface),
    ofWord(rule.family && [rule.family], family),
    ofWord(rule.protocols, packets.protocol),
    ofIcmp(rule.icmpTypes, packets),
    ofWord(rule.states, packets.state),
    rule.limit || there || near || farPorts ? "some" : "all",
  ]);
  // Numbers take longer, and most rules are about something else.
  if (byWords === "none") return byWords;
  const local = port === undefined ? undefined : { first: BigInt(port), last: BigInt(port) };
  return least([
    byWords,
    ofInterval(nearPorts && { family: "port", values: elementsOf(nearPorts) }, local),
    ofInterval(far && { family, values: elementsOf(far) }, peer),
  ]);
}

function least(coverages: readonly Coverage[]): Coverage {
  if (coverages.includes("none")) return "none";
  return coverages.includes("some") ? "some" : "all";
}

function ofWord(wanted: readonly string[] | undefined, word: string | undefined): Coverage {
  if (wanted === undefined) return "all";
  if (word === undefined) return "some";
  return wanted.includes(word) ? "all" : "none";
}

/** Types are of a protocol of their own, so that a class of any other has none. */
function ofIcmp(types: readonly string[] | undefined, packets: PacketClass): Coverage {
  const isOther = packets.protocol !== undefined && packets.icmpType === undefined;
  if (types !== undefined && isOther) return "none";
  return ofWord(types, packets.icmpType);
}

function ofInterface(
  names: readonly string[] | undefined,
  known: PacketClass["interface"],
): Coverage {
  if (names === undefined) return "all";
  if (known === undefined) return "some";
  if (known === "other") return names.every((name) => name === LOOPBACK) ? "none" : "some";
  const isNamed = names.some((name) =>
    name.endsWith("*") ? known.name.startsWith(name.slice(0, -1)) : name === known.name,
  );
  return isNamed ? "all" : "none";
}

function ofInterval(
  match:
    | { readonly family: AddressFamily | "port" | undefined; readonly values: readonly string[] }
    | undefined,
  known: Interval | undefined,
): Coverage {
  if (match === undefined) return "all";
  const { family, values } = match;
  if (known === undefined || family === undefined) return "some";
  const intervals = mergeIntervals(values.flatMap((value) => parseInterval(family, value) ?? []));
  if (intervals.some(({ first, last }) => first <= known.first && known.last <= last)) return "all";
  const isApart = intervals.every(({ first, last }) => last < known.first || known.last < first);
  return isApart ? "none" : "some";
}
