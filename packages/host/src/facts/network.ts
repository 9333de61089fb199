import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Facts } from "@holdfast/core";
import type { RootReader } from "./root-reader.ts";

/** More than a machine has, and a bound for one on which containers come and go. */
const MOST_INTERFACES = 256;
const MOST_ADDRESSES = 1_024;

/** The interfaces of the running machine and their addresses. An image has none, whatever machine it is built on. */
export function readNetwork(root: RootReader): Pick<Facts, "addresses" | "interfaces"> {
  if (!root.isMachine) return { addresses: [], interfaces: [] };
  const found = Object.entries(networkInterfaces())
    .map(([name, infos = []]) => ({ name, infos: infos.filter(({ internal }) => !internal) }))
    .filter(({ infos }) => infos.length > 0)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, MOST_INTERFACES);
  const infos = found.flatMap((one) => one.infos).slice(0, MOST_ADDRESSES);
  const reachable = infos.filter((info) => !isLinkLocal(info));
  const ofFamily = (family: NetworkInterfaceInfo["family"]): readonly string[] =>
    reachable.filter((info) => info.family === family).map(({ address }) => address);
  return {
    addresses: [...new Set([...ofFamily("IPv4"), ...ofFamily("IPv6")])],
    interfaces: found.map(interfaceOf),
  };
}

function interfaceOf({
  name,
  infos,
}: {
  readonly name: string;
  readonly infos: readonly NetworkInterfaceInfo[];
}): Facts["interfaces"][number] {
  const addresses = infos.slice(0, MOST_ADDRESSES).map(({ cidr, address }) => cidr ?? address);
  return { name, mac: infos[0]?.mac ?? "", addresses };
}

/** RFC 3927 and RFC 4291: such an address says nothing without its interface. */
function isLinkLocal({ address, family }: NetworkInterfaceInfo): boolean {
  return family === "IPv4" ? address.startsWith("169.254.") : /^fe[89ab]/i.test(address);
}

/**
 * The name with its domain as hosts(5) has it: the first name of the line with the host name, where that has a domain.
 * hostname(1) would ask name servers for the rest, and could wait for them.
 */
export function readFqdn(root: RootReader, hostname: string): string | undefined {
  if (hostname.includes(".")) return hostname;
  for (const line of (root.text("etc/hosts") ?? "").split("\n")) {
    const [, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (names.includes(hostname) || names.some((name) => name.startsWith(`${hostname}.`))) {
      const whole = names.find((name) => name.startsWith(`${hostname}.`));
      if (whole !== undefined) return whole;
    }
  }
  return undefined;
}
