/** What elements of a set, or keys of a map, are. */
export type FirewallType = "ipv4" | "ipv6" | "port" | "interface";

/** One of the two families of addresses. */
export type AddressFamily = "ipv4" | "ipv6";

/** Where the kernel hands packets to a chain. */
export type FirewallHook = "prerouting" | "input" | "forward" | "output" | "postrouting";

/**
 * One table of nftables, of the family inet, in its normal form (`normalTable`): two tables say the same exactly if their
 * normal forms are equal. Handles and the numbers of counters are no part of it.
 */
export interface FirewallTable {
  /** As nftables has it. */
  readonly name: string;
  /** By name. */
  readonly sets: readonly FirewallSet[];
  readonly maps: readonly FirewallMap[];
  readonly chains: readonly FirewallChain[];
}

/** A named set. */
export interface FirewallSet {
  readonly name: string;
  readonly type: FirewallType;
  /** Addresses, networks and ranges; ports and ranges; names of interfaces. */
  readonly elements: readonly string[];
}

/** A named map from what a packet has to what is done with it. */
export interface FirewallMap {
  readonly name: string;
  readonly type: FirewallType;
  readonly elements: readonly FirewallMapping[];
}

/** One element of a map. */
export interface FirewallMapping {
  readonly key: string;
  readonly verdict: MappedVerdict;
}

/** What a map may say. */
export type MappedVerdict =
  | { readonly type: "accept" | "drop" | "return" }
  | { readonly type: "jump" | "goto"; readonly chain: string };

/** Rules in their order. */
export interface FirewallChain {
  readonly name: string;
  /** `undefined`: only other chains lead to it. */
  readonly base?: BaseChain;
  readonly rules: readonly FirewallRule[];
}

/** How the kernel leads packets to a chain. */
export interface BaseChain {
  readonly type: "filter" | "nat" | "route";
  readonly hook: FirewallHook;
  readonly priority: number;
  readonly policy: "accept" | "drop";
}

/** What one field of a packet must be: in a named set, or one of some values. */
export type FirewallMatch =
  | { readonly set: string; readonly values?: undefined }
  | { readonly values: readonly string[]; readonly set?: undefined };

/** One rule: what a packet must be for it, all of it, and what is done then. */
export interface FirewallRule {
  readonly inInterface?: FirewallMatch;
  readonly outInterface?: FirewallMatch;
  /** Needed for addresses, which are of this family. */
  readonly family?: AddressFamily;
  readonly source?: FirewallMatch;
  readonly destination?: FirewallMatch;
  readonly protocols?: readonly string[];
  readonly sourcePorts?: FirewallMatch;
  readonly ports?: FirewallMatch;
  /** Of the one protocol that is named: icmp or icmpv6. */
  readonly icmpTypes?: readonly string[];
  readonly states?: readonly string[];
  /** The rule is for no more packets than this. */
  readonly limit?: FirewallLimit;
  readonly isCounted?: boolean;
  readonly log?: FirewallLog;
  readonly verdict: FirewallVerdict;
  readonly comment?: string;
}

/** So many packets a time. */
export interface FirewallLimit {
  readonly rate: number;
  readonly per: "second" | "minute" | "hour" | "day";
  readonly burst: number;
}

/** What the kernel logs of a packet. */
export interface FirewallLog {
  readonly prefix?: string;
  /** Default `warn`. */
  readonly level?: string;
}

/** What of a packet is looked up in a map. */
export type FirewallKey =
  | "source"
  | "destination"
  | "sourcePort"
  | "port"
  | "inInterface"
  | "outInterface";

/** What is done with a packet. */
export type FirewallVerdict =
  | MappedVerdict
  /** Nothing is decided: it is counted or logged. */
  | { readonly type: "none" }
  | { readonly type: "reject"; readonly with?: "tcp-reset" }
  | { readonly type: "masquerade" }
  | { readonly type: "redirect"; readonly port?: number }
  | {
      readonly type: "dnat" | "snat";
      readonly family: AddressFamily;
      readonly address: string;
      readonly port?: number;
    }
  | { readonly type: "lookup"; readonly by: FirewallKey; readonly map: string };

/** The chains that a verdict leads to. */
export function chainOf(verdict: FirewallVerdict): string | undefined {
  return verdict.type === "jump" || verdict.type === "goto" ? verdict.chain : undefined;
}
