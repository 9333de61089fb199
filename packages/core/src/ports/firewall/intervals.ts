import type { AddressFamily, FirewallType } from "./firewall-table.ts";

/** Numbers from one to another, both included. */
export interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

const BITS: Readonly<Record<AddressFamily | "port", number>> = { ipv4: 32, ipv6: 128, port: 16 };
const DECIMAL = /^(?:0|[1-9]\d{0,4})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * Merges what overlaps or touches and writes each interval in one way, in order: a network where it is one, else a range.
 * Names of interfaces are sorted. What is no such value is left as it is.
 */
export function mergeValues(type: FirewallType, values: readonly string[]): readonly string[] {
  if (type === "interface") return [...new Set(values)].sort();
  const intervals: Interval[] = [];
  for (const value of values) {
    const interval = parseInterval(type, value);
    if (interval === undefined) return values;
    intervals.push(interval);
  }
  return mergeIntervals(intervals).map((interval) => intervalText(type, interval));
}

/** Intervals that neither overlap nor touch, in order. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.toSorted((one, other) => (one.first < other.first ? -1 : 1));
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const before = merged.at(-1);
    if (before === undefined || interval.first > before.last + 1n) merged.push(interval);
    else if (interval.last > before.last) {
      merged[merged.length - 1] = { first: before.first, last: interval.last };
    }
  }
  return merged;
}

/**
 * What an address, a network, a port or a range of them covers; `undefined` for everything else: a name, a network with bits
 * behind its prefix, a range that ends before it begins.
 */
export function parseInterval(type: AddressFamily | "port", text: string): Interval | undefined {
  const [head = "", prefix, ...more] = text.split("/");
  if (more.length > 0) return undefined;
  if (prefix !== undefined) return type === "port" ? undefined : network(type, head, prefix);
  const [from = "", to = from, ...rest] = text.split("-");
  const first = parseNumber(type, from);
  const last = parseNumber(type, to);
  if (first === undefined || last === undefined || rest.length > 0 || first > last) {
    return undefined;
  }
  return { first, last };
}

/** Everything of a type. */
export function wholeInterval(type: AddressFamily | "port"): Interval {
  return { first: 0n, last: (1n << BigInt(BITS[type])) - 1n };
}

/** Whether values cover everything of their family. */
export function isEverything(family: AddressFamily, values: readonly string[]): boolean {
  const [only, ...others] = values;
  if (only === undefined || others.length > 0) return false;
  const interval = parseInterval(family, only);
  return interval?.first === 0n && interval.last === wholeInterval(family).last;
}

/** The network of all addresses of a family. */
export const EVERYWHERE: Readonly<Record<AddressFamily, string>> = {
  ipv4: "0.0.0.0/0",
  ipv6: "::/0",
};

/** The family that an address, a network or a range looks like: it may still have a typo. */
export function familyOf(text: string): AddressFamily {
  return text.includes(":") ? "ipv6" : "ipv4";
}

/** A network where it is one, else a range; one value by itself. */
export function intervalText(type: AddressFamily | "port", { first, last }: Interval): string {
  if (first === last) return numberText(type, first);
  const size = last - first + 1n;
  const isNetwork = type !== "port" && (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return `${numberText(type, first)}-${numberText(type, last)}`;
  return `${numberText(type, first)}/${BITS[type] - (size.toString(2).length - 1)}`;
}

function network(family: AddressFamily, address: string, prefix: string): Interval | undefined {
  const first = parseNumber(family, address);
  const length = DECIMAL.test(prefix) ? Number(prefix) : Number.POSITIVE_INFINITY;
  if (first === undefined || length > BITS[family]) return undefined;
  const size = 1n << BigInt(BITS[family] - length);
  return first % size === 0n ? { first, last: first + size - 1n } : undefined;
}

function parseNumber(type: AddressFamily | "port", text: string): bigint | undefined {
  switch (type) {
    case "port":
      return DECIMAL.test(text) && Number(text) < 65_536 ? BigInt(text) : undefined;
    case "ipv4":
      return parseIpv4(text);
    default:
      return parseIpv6(text);
  }
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  const isAddress = parts.length === 4 && parts.every((part) => DECIMAL.test(part) && +part < 256);
  if (!isAddress) return undefined;
  return parts.reduce((number, part) => number * 256n + BigInt(part), 0n);
}

/** RFC 4291 §2.2: eight groups, of which one run may be left out; the last two may be an IPv4 address. */
function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const zeros = Array.from({ length: missing }, () => 0n);
  return [...head, ...zeros, ...(tail ?? [])].reduce(
    (number, group) => (number << 16n) + group,
    0n,
  );
}

function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [position, part] of parts.entries()) {
    if (GROUP.test(part)) groups.push(BigInt(`0x${part}`));
    else {
      const embedded = position === parts.length - 1 ? parseIpv4(part) : undefined;
      if (embedded === undefined) return undefined;
      groups.push(embedded >> 16n, embedded & 0xffffn);
    }
  }
  return groups;
}

function numberText(type: AddressFamily | "port", number: bigint): string {
  if (type === "port") return String(number);
  if (type === "ipv4") {
    return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join(".");
  }
  return ipv6Text(number);
}

/** RFC 5952 §4: the longest run of zero groups is left out, the first of several. */
function ipv6Text(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => (number >> BigInt(112 - 16 * at)) & 0xffffn);
  let run = { at: 0, length: 1 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0n) length += 1;
    if (length > run.length) run = { at, length };
  }
  const words = groups.map((group) => group.toString(16));
  if (run.length < 2) return words.join(":");
  const tail = words.slice(run.at + run.length).join(":");
  return `${words.slice(0, run.at).join(":")}::${tail}`;
}
