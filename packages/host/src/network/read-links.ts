import {
  type AddressFamily,
  EVERYWHERE,
  familyOf,
  intervalText,
  isJsonObject,
  type Json,
  type JsonObject,
  type LinkRoute,
  type NetworkLink,
  parseInterval,
} from "@holdfast/core";
import type { Connection } from "./connections.ts";

/** Who makes routes that nobody declares: the kernel itself, neighbours that advertise them, leases. */
const BY_THEMSELVES: ReadonlySet<Json | undefined> = new Set(["kernel", "ra", "dhcp", "redirect"]);
const DEFAULTS: ReadonlySet<string> = new Set(["default", ...Object.values(EVERYWHERE)]);

/** Reads the answers to `address show` and `route show table all`, each as JSON. @throws {SyntaxError} for what is none. */
export function readLinks(
  answers: readonly Json[],
  connections: readonly Connection[],
): readonly NetworkLink[] {
  const [links = [], routes = []] = answers.map(objectsIn);
  const ends = new Set(connections.map(({ local }) => local));
  return links.flatMap((link) => readLink(link, { routes, ends }) ?? []);
}

function readLink(
  link: JsonObject,
  { routes, ends }: { readonly routes: readonly JsonObject[]; readonly ends: ReadonlySet<string> },
): NetworkLink | undefined {
  const { ifname: name, ifindex: index, mtu, flags, linkinfo, master, addr_info: addresses } = link;
  if (typeof name !== "string" || typeof index !== "number" || typeof mtu !== "number")
    return undefined;
  const own = routes.filter((route) => route["dev"] === name && isOfMainTable(route));
  const leadsOut = own.some(({ dst, type = "unicast" }) => type === "unicast" && isDefault(dst));
  const set = objectsIn(addresses ?? []);
  const kind = isJsonObject(linkinfo) ? linkinfo["info_kind"] : undefined;
  return {
    name,
    index,
    mtu,
    isUp: Array.isArray(flags) && flags.includes("UP"),
    kind: typeof kind === "string" ? kind : undefined,
    master: typeof master === "string" ? master : undefined,
    addresses: set.flatMap((one) => readAddress(one) ?? []).sort(),
    routes: own.flatMap((route) => readRoute(route) ?? []),
    isControl:
      leadsOut ||
      set.some(({ local }) => typeof local === "string" && ends.has(normal(local) ?? "")),
  };
}

/** What is leased has a time, and what only reaches the link itself is the kernel's. */
function readAddress({ local, prefixlen, scope, dynamic }: JsonObject): string | undefined {
  if (typeof local !== "string" || typeof prefixlen !== "number") return undefined;
  if (scope === "link" || scope === "host" || dynamic === true) return undefined;
  const address = normal(local);
  return address === undefined ? undefined : `${address}/${prefixlen}`;
}

function readRoute({
  dst,
  gateway,
  via,
  metric,
  protocol,
  type,
}: JsonObject): LinkRoute | undefined {
  if (BY_THEMSELVES.has(protocol) || (type !== undefined && type !== "unicast")) return undefined;
  if (typeof dst !== "string") return undefined;
  // A route of IPv4 may lead over a neighbour of IPv6.
  const other = isJsonObject(via) ? via["host"] : undefined;
  const next = [gateway, other].find((one) => typeof one === "string");
  const family = familyOfRoute(dst, next);
  const to = isDefault(dst) ? "default" : normal(dst);
  if (to === undefined) return undefined;
  const over = next === undefined ? undefined : normal(next);
  return {
    family,
    to,
    ...(over === undefined ? {} : { via: over }),
    ...(typeof metric === "number" ? { metric } : {}),
  };
}

function familyOfRoute(dst: string, next: string | undefined): AddressFamily {
  return dst === "default" ? familyOf(next ?? "") : familyOf(dst);
}

function isOfMainTable({ table }: JsonObject): boolean {
  return table === undefined || table === "main";
}

function isDefault(dst: Json | undefined): boolean {
  return typeof dst === "string" && DEFAULTS.has(dst);
}

/** An address or a network in its shortest form. */
function normal(text: string): string | undefined {
  const family = familyOf(text);
  const interval = parseInterval(family, text);
  return interval && intervalText(family, interval);
}

function objectsIn(value: Json): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((one) => isJsonObject(one)) : [];
}
