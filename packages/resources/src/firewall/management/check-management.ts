import {
  type AddressFamily,
  type BindReport,
  familyOf,
  type FirewallTable,
  type Interval,
  parseInterval,
  wholeInterval,
} from "@holdfast/core";
import { passageThrough } from "./follow-rules.ts";
import { indexTable } from "./indexed-table.ts";
import { bindValue } from "../bind/bind-values.ts";
import type { FirewallInput } from "../bind/fields.ts";
import type { PacketClass } from "./packet-class.ts";

/** Packets without which the machine is out of reach. */
interface NeededPackets {
  readonly packets: PacketClass;
  /** As the sentence says it. */
  readonly what: string;
  /** What to write for them. */
  readonly advice: string;
  readonly isLenient: boolean;
}

interface Network {
  readonly text: string;
  readonly family: AddressFamily;
  readonly interval: Interval;
}

const SSH_PORT = 22;
const FAMILIES: readonly AddressFamily[] = ["ipv4", "ipv6"];
/** Without these no IPv6 neighbour is found (RFC 4861): what is connected is cut off within a minute. */
const NEIGHBOR_TYPES = ["nd-neighbor-solicit", "nd-neighbor-advert"];
const INCOMING: readonly unknown[] = ["prerouting", "input"];
const OUTGOING: readonly unknown[] = ["output", "postrouting"];

/**
 * Reports rules that would cut off who manages the machine: new connections to its ports, answers on those, what is
 * established, the loopback, and neighbours of IPv6. Only this table is judged: what another one drops stays dropped.
 */
export function checkManagement(
  table: FirewallTable,
  management: FirewallInput["management"],
  report: BindReport,
): void {
  if (management === "none") return;
  const needed = neededPackets(management ?? {}, report);
  const indexed = indexTable(table);
  for (const chain of table.chains) {
    const { name, base } = chain;
    if (base === undefined) continue;
    for (const { packets, what, advice, isLenient } of needed) {
      const isHere = (packets.isIncoming ? INCOMING : OUTGOING).includes(base.hook);
      if (!isHere) continue;
      const passage = passageThrough(chain, { table: indexed, packets, isLenient });
      if (passage.type === "through") continue;
      const detail = `${what} would be stopped by ${passage.by}. ${advice}`;
      report(`chains.${name}`, "it cuts off who manages this machine", detail);
      // The first says what to write, and with that others are through as well.
      break;
    }
  }
}

function neededPackets(
  {
    from,
    ports = [SSH_PORT],
    interface: name,
  }: Exclude<FirewallInput["management"], "none" | undefined>,
  report: BindReport,
): readonly NeededPackets[] {
  const networks = from === undefined ? FAMILIES.map(anywhere) : boundNetworks(from, report);
  const through: PacketClass["interface"] = name === undefined ? "other" : { name };
  const of = networks.flatMap((network) =>
    ports.flatMap((port) => ofConnections(network, port, through)),
  );
  const isIpv6 = networks.some(({ family }) => family === "ipv6");
  return [...ESTABLISHED, ...LOOPBACK, ...of, ...(isIpv6 ? neighbors(through) : [])];
}

function anywhere(family: AddressFamily): Network {
  return {
    text: `any ${family === "ipv4" ? "IPv4" : "IPv6"} address`,
    family,
    interval: wholeInterval(family),
  };
}

function boundNetworks(from: readonly string[], report: BindReport): readonly Network[] {
  return from.flatMap((text, position) => {
    const family = familyOf(text);
    bindValue(family, text, { path: `management.from.${position}`, report });
    const interval = parseInterval(family, text);
    return interval === undefined ? [] : [{ text, family, interval }];
  });
}

const CONNECTED = { state: "established" } as const;
const ADVICE_ESTABLISHED = "Begin with a rule of connection: established and action: accept.";
const ESTABLISHED: readonly NeededPackets[] = [true, false].map((isIncoming) => ({
  packets: { ...CONNECTED, isIncoming },
  what: "packets of connections that are established",
  advice: ADVICE_ESTABLISHED,
  isLenient: true,
}));
const LOOPBACK: readonly NeededPackets[] = [true, false].map((isIncoming) => ({
  packets: { interface: { name: "lo" }, isIncoming, state: "new" },
  what: "what the machine says to itself",
  advice: `Write a rule of ${isIncoming ? "inInterface" : "outInterface"}: lo and action: accept.`,
  isLenient: true,
}));

function ofConnections(
  { text, family, interval }: Network,
  port: number,
  through: PacketClass["interface"],
): readonly NeededPackets[] {
  const known = {
    family,
    peer: interval,
    protocol: "tcp",
    port,
    ...(through === undefined ? {} : { interface: through }),
  };
  const advice =
    "Accept them before that, or say in management how the machine is managed (none: not by the network).";
  const one = (isIncoming: boolean, state: string, what: string): NeededPackets => ({
    packets: { ...known, isIncoming, state },
    what: `${what} ${text} to tcp port ${port}`,
    advice,
    isLenient: false,
  });
  return [
    one(true, "new", "new connections from"),
    one(true, "established", "connections from"),
    one(false, "established", "answers to connections from"),
  ];
}

function neighbors(through: PacketClass["interface"]): readonly NeededPackets[] {
  const known = { family: "ipv6", protocol: "icmpv6", state: "untracked" } as const;
  return [true, false].flatMap((isIncoming) =>
    NEIGHBOR_TYPES.map((icmpType) => ({
      packets: {
        ...known,
        icmpType,
        isIncoming,
        ...(through === undefined ? {} : { interface: through }),
      },
      what: `the search for IPv6 neighbours (${icmpType})`,
      advice: `Accept protocol: icmpv6 with icmpType: [${NEIGHBOR_TYPES.join(", ")}], or write management.from without IPv6.`,
      isLenient: false,
    })),
  );
}
