import {
  type BindReport,
  familyOf,
  intervalText,
  type LinkRoute,
  normalAddress,
  parseInterval,
} from "@holdfast/core";
import type { NetworkInput } from "./fields.ts";

const BITS = { ipv4: 32, ipv6: 128 } as const;
const WITH_PREFIX = /^([0-9a-f.:]+)\/(\d{1,3})$/i;
const DOMAIN = /^~?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?)+$|^~?\.$/i;
/** What the kernel takes, without what means something in a file of networkd or on a command line. */
const LINK = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/;

/** Reports what is no name of a link. */
export function checkLinkName(name: string, path: string, report: BindReport): void {
  if (LINK.test(name) && name !== "all" && name !== "default") return;
  const detail = "write 1 to 15 letters, digits, _ . and -, as ip link shows it";
  report(path, "not a name of a link", detail);
}

/** Addresses with their prefixes, each in one way of writing, sorted; what is none is reported. */
export function bindAddresses(addresses: readonly string[], report: BindReport): readonly string[] {
  const found = addresses.flatMap((text, position) => {
    const address = bindAddress(text);
    if (address === undefined) {
      const detail = "write an address with its prefix, such as 10.0.0.5/24";
      report(`addresses.${position}`, "not an address of a link", detail);
    }
    return address === undefined ? [] : [address];
  });
  return [...new Set(found)].sort();
}

function bindAddress(text: string): string | undefined {
  const [, address = "", prefix = ""] = WITH_PREFIX.exec(text) ?? [];
  const family = familyOf(address);
  const plain = normalAddress(address);
  if (plain === undefined || Number(prefix) > BITS[family]) return undefined;
  return `${plain}/${Number(prefix)}`;
}

/** The gateways and the other routes; what is none is reported. */
export function bindRoutes(
  { gateway, routes = [] }: Pick<NetworkInput, "gateway" | "routes">,
  report: BindReport,
): readonly LinkRoute[] {
  const gateways = gateway === undefined ? [] : [gateway].flat();
  const bound = [
    ...gateways.map((via) => bindRoute({ to: "default", via }, "gateway", report)),
    ...routes.map((route, position) => bindRoute(route, `routes.${position}`, report)),
  ].filter((route) => route !== undefined);
  const keys = bound.map(({ family, to, metric }) => `${family} ${to} ${metric ?? ""}`);
  const twice = bound.find((_, position) => keys.indexOf(keys[position] ?? "") !== position);
  if (twice !== undefined) {
    const detail = `keep one way to ${twice.to}, or give each a metric of its own`;
    report("routes", "two routes to one place", detail);
  }
  return bound;
}

function bindRoute(
  { to, via, metric }: NonNullable<NetworkInput["routes"]>[number],
  path: string,
  report: BindReport,
): LinkRoute | undefined {
  const over = via === undefined ? undefined : normalAddress(via);
  if (via !== undefined && over === undefined) {
    const field = path === "gateway" ? path : `${path}.via`;
    report(field, "not an address", `write the address that it leads over, not ${via}`);
    return undefined;
  }
  const family = to === "default" ? familyOf(over ?? "") : familyOf(to);
  const network = to === "default" ? "default" : bindNetwork(to);
  if (network === undefined) {
    const detail = "write a network by its first address, such as 10.1.0.0/16, or default";
    report(`${path}.to`, "not a network", detail);
    return undefined;
  }
  if (over !== undefined && familyOf(over) !== family) {
    report(`${path}.via`, "an address of the other family", `write one of ${family}`);
    return undefined;
  }
  return {
    family,
    to: network,
    ...(over === undefined ? {} : { via: over }),
    ...(metric === undefined ? {} : { metric }),
  };
}

/** A network in its shortest form; everything is `default`. */
function bindNetwork(text: string): string | undefined {
  const family = familyOf(text);
  const interval = text.includes("-") ? undefined : parseInterval(family, text);
  if (interval === undefined) return undefined;
  const shortest = intervalText(family, interval);
  return shortest.endsWith("/0") ? "default" : shortest;
}

/** Addresses of name servers; what is none is reported. */
export function bindServers(servers: readonly string[], report: BindReport): readonly string[] {
  return servers.flatMap((text, position) => {
    const address = normalAddress(text);
    if (address === undefined)
      report(`dns.${position}`, "not an address", "write the address of a name server");
    return address === undefined ? [] : [address];
  });
}

/** Reports what is no domain. */
export function checkDomains(domains: readonly string[], report: BindReport): void {
  for (const [position, domain] of domains.entries()) {
    if (domain.length <= 253 && DOMAIN.test(domain)) continue;
    report(`domains.${position}`, "not a domain", "write a domain such as example.org");
  }
}
