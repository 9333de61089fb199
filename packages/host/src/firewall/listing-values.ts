import { type AddressFamily, type FirewallMatch, isJsonObject, type Json } from "@holdfast/core";

/** Names that protocols have here; nft shows those of the machine's own table, or numbers. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  33: "dccp",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "icmpv6",
  132: "sctp",
  136: "udplite",
  "ipv6-icmp": "icmpv6",
};

/** A set that is named, or the values that are listed; `undefined` for what cannot be read. */
export function readMatch(right: Json | undefined): FirewallMatch | undefined {
  if (typeof right === "string" && right.startsWith("@")) return { set: right.slice(1) };
  const values = readValues(right);
  return values && { values };
}

/** Values: one, a network, a range, or a list of these. */
export function readValues(value: Json | undefined): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : isJsonObject(value) ? value["set"] : undefined;
  if (!Array.isArray(list)) {
    const only = readValue(value);
    return only === undefined ? undefined : [only];
  }
  const values = list.map(readValue);
  return values.every((each) => each !== undefined) ? values : undefined;
}

/** One value as a text. */
export function readValue(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (!isJsonObject(value)) return undefined;
  const { prefix, range } = value;
  if (isJsonObject(prefix)) {
    const { addr, len } = prefix;
    const isRead = typeof addr === "string" && typeof len === "number";
    return isRead ? `${addr}/${len}` : undefined;
  }
  if (!Array.isArray(range)) return undefined;
  const [first, last] = range.map(readValue);
  return first === undefined || last === undefined ? undefined : `${first}-${last}`;
}

/** The names of protocols; `undefined` for a named set. */
export function readProtocols(right: Json | undefined): readonly string[] | undefined {
  const values = readMatch(right)?.values;
  return values?.map((name) => PROTOCOLS[name] ?? name);
}

/** The family of addresses that nft calls so. */
export function readFamily(name: Json | undefined): AddressFamily | undefined {
  if (name === "ip" || name === "ipv4") return "ipv4";
  return name === "ip6" || name === "ipv6" ? "ipv6" : undefined;
}

/** Whether an object has no other fields: one that says more is not understood. */
export function hasOnly(value: object, fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}
