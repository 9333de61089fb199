import {
  type AddressFamily,
  type BindReport,
  familyOf,
  type FirewallMatch,
  type FirewallType,
  parseInterval,
} from "@holdfast/core";

/** Linux takes other characters too; these are what people use. A `*` at the end stands for any end. */
const INTERFACE = /^[A-Za-z0-9_.:@-]{1,15}$/;
const PATTERN = /^[A-Za-z0-9_.:@-]{1,14}\*$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,30}$/;

/** Words of nft 1.0.6 that are no names to it: each was tried. One of another version is refused by nft, before anything is done. */
const WORDS =
  "add ap bridge comment continue cpu create delete describe dnat drop ecn exists expires flow flush gc-interval goto handle hour ibriport ibrname icmpv6 iif iifgroup iifname iiftype inet insert jhash jump ll masquerade meter missing netdev nftrace nh notrack obriport obrname oif oifgroup oifname oiftype or priority rename replace return rt0 rt2 rtclassid rule ruleset skgid snat srh symhash th typeof vmap xt";
const RESERVED: ReadonlySet<string> = new Set(WORDS.split(" "));

/** What is written where one or several may stand. */
export type OneOrMore<Value> = Value | readonly Value[];

/** As a list. */
export function listOf<Value>(value: OneOrMore<Value>): readonly Value[] {
  return isList(value) ? value : [value];
}

/** Reports a name that nft would not take, or would take for something else. */
export function checkName(name: string, path: string, report: BindReport): void {
  if (RESERVED.has(name)) report(path, "a word of nft", "give it another name");
  if (NAME.test(name)) return;
  report(path, "not a name", "write letters, digits, _ and -, at most 31, a letter first");
}

/** Binds one value of a type; what is wrong with it is reported. */
export function bindValue(
  type: FirewallType,
  value: string,
  at: { readonly path: string; readonly report: BindReport },
): string {
  const mistake = type === "interface" ? interfaceMistake(value) : numberMistake(type, value);
  if (mistake !== undefined) at.report(at.path, `not ${NOUNS[type]}`, mistake);
  return value;
}

/**
 * Binds what a field of a rule must be: a set, or values. A set beside values is an error: nft has no such match, and two
 * rules of it would count and log apart.
 */
export function bindMatch(
  type: FirewallType,
  values: readonly string[],
  at: { readonly path: string; readonly report: BindReport },
): FirewallMatch {
  const sets = values.filter((value) => value.startsWith("@"));
  const [set] = sets;
  if (set !== undefined) {
    if (values.length > 1) {
      at.report(at.path, "a set beside others", "put the values into the set, or write two rules");
    }
    return { set: set.slice(1) };
  }
  if (type === "interface" && values.length === 1 && PATTERN.test(values[0] ?? "")) {
    return { values };
  }
  for (const [position, value] of values.entries()) {
    bindValue(type, value, { ...at, path: values.length > 1 ? `${at.path}.${position}` : at.path });
  }
  return { values };
}

const NOUNS: Readonly<Record<FirewallType, string>> = {
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  port: "a port",
  interface: "an interface",
};

function interfaceMistake(value: string): string | undefined {
  if (INTERFACE.test(value)) return undefined;
  if (PATTERN.test(value)) return "a name that ends with * stands alone, in no list and no set";
  return "write a name as `ip link` shows it, of at most 15 characters";
}

function numberMistake(type: AddressFamily | "port", value: string): string | undefined {
  if (parseInterval(type, value) !== undefined) return undefined;
  if (type === "port") return `${value} is no port: write a number up to 65535, or a range 80-90`;
  if (familyOf(value) !== type) return `${value} is of the other family`;
  return addressMistake(type, value);
}

function addressMistake(type: AddressFamily, value: string): string {
  const [address = "", prefix] = value.split("/");
  if (/[g-z]/i.test(address) && !address.includes(":")) {
    return `${value} is a name: names are looked up when rules are loaded, and not at boot. Write its addresses`;
  }
  if (prefix !== undefined && parseInterval(type, address) !== undefined) {
    const bits = type === "ipv4" ? 32 : 128;
    const isLength = /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
    if (!isLength) return `/${prefix} is no length of a prefix: write 0 to ${bits}`;
    return `${address} has bits behind its prefix of ${prefix}: write the network, or the address alone`;
  }
  return `${value} is no address, network or range: write 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1-192.0.2.9`;
}

function isList<Value>(value: OneOrMore<Value>): value is readonly Value[] {
  return Array.isArray(value);
}
