import type { AddressFamily, FirewallRule, Interval } from "@holdfast/core";
import { firstUpTo, type IndexedTable } from "./indexed-table.ts";

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
  table: IndexedTable,
): Coverage {
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
    ofInterface(here && table.elementsOf(here), packets.interface),
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
    nearPorts ? ofIntervals(table.intervalsOf(nearPorts, "port"), local) : "all",
    far ? ofIntervals(family && table.intervalsOf(far, family), peer) : "all",
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

function ofIntervals(
  intervals: readonly Interval[] | undefined,
  known: Interval | undefined,
): Coverage {
  if (known === undefined || intervals === undefined) return "some";
  const found = firstUpTo(intervals, known.first);
  if (found === undefined || found.first > known.last) return "none";
  return found.first <= known.first && known.last <= found.last ? "all" : "some";
}
