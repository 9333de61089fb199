import type { BindReport, JsonObject, Ownership, Thing } from "@holdfast/core";
import type { FileSpec } from "../file/spec.ts";
import { renderedFile } from "../rendered-file/rendered-file.ts";
import {
  bindAddresses,
  bindRoutes,
  bindServers,
  checkDomains,
  checkLinkName,
} from "./bind-values.ts";
import type { NetworkInput } from "./fields.ts";
import { netdevText, networkText, portsText } from "./file-text.ts";
import type { LinkDefinition } from "./link-definition.ts";

const DIRECTORY = "/etc/systemd/network";
const LEAST_MTU_IPV6 = 1_280;

/** A link, what keeps it, and the files by which that is done. */
export interface NetworkSpec extends LinkDefinition {
  readonly keptBy: "networkd" | "ip";
  /** What others set goes. */
  readonly isExact: boolean;
  readonly isAbsent: boolean;
  readonly files: NetworkFiles;
}

/** The files of systemd-networkd: what a link is, how it is made, and what is a part of it. Each is absent where it says nothing. */
export interface NetworkFiles {
  readonly network: FileSpec;
  readonly netdev: FileSpec;
  readonly ports: FileSpec;
}

/** Joins name and input. */
export function bindNetwork(name: string, input: NetworkInput, report: BindReport): NetworkSpec {
  checkLinkName(name, "", report);
  if (name === "lo") report("", "the loopback", "it is the kernel's own; name another link");
  const { keptBy = "networkd", state, ...declared } = input;
  const isAbsent = state === "absent";
  if (keptBy === "ip") checkWithoutNetworkd(input, report);
  const link = definitionOf(name, input, report);
  const areFiles = keptBy === "networkd" && !isAbsent;
  return {
    ...link,
    keptBy,
    isExact: input.exact === true,
    isAbsent,
    files: filesOf(link, areFiles ? asJson(declared) : undefined),
  };
}

/** Nothing of what is declared is there, nor is what keeps it. */
export function absentNetwork(spec: NetworkSpec): NetworkSpec {
  return { ...spec, isAbsent: true, files: filesOf(spec, undefined) };
}

/** The link, its parts, and the files that keep it. */
export function ownedByNetwork(spec: NetworkSpec): readonly Ownership[] {
  const links = [spec.name, ...spec.ports].map((link): Thing => `link:${link}`);
  const files =
    spec.keptBy === "networkd" ? pathsOf(spec).map((path): Thing => `path:${path}`) : [];
  return [...links, ...files].map((thing) => ({ thing, isWhole: true }));
}

/** What carries it. */
export function neededByNetwork({ made, isAbsent }: NetworkSpec): readonly Thing[] {
  return made?.kind === "vlan" && !isAbsent ? [`link:${made.parent}`] : [];
}

/** Where its files are. */
export function pathsOf({ files }: Pick<NetworkSpec, "files">): readonly string[] {
  return [files.network.path, files.netdev.path, files.ports.path];
}

function filesOf(link: LinkDefinition, recorded: JsonObject | undefined): NetworkFiles {
  const file = (name: string, text: string | undefined): FileSpec =>
    renderedFile({ path: `${DIRECTORY}/10-holdfast-${name}`, text: recorded && text }, () => {});
  return {
    network: file(`${link.name}.network`, networkText(link, recorded ?? {})),
    netdev: file(`${link.name}.netdev`, netdevText(link)),
    ports: file(`${link.name}-ports.network`, portsText(link)),
  };
}

function definitionOf(name: string, input: NetworkInput, report: BindReport): LinkDefinition {
  const { addresses = [], dns = [], domains = [], vlans = [], mtu, dhcp = false } = input;
  checkDomains(domains, report);
  for (const [position, vlan] of vlans.entries()) checkLinkName(vlan, `vlans.${position}`, report);
  const bound = bindAddresses(addresses, report);
  const routes = bindRoutes(input, report);
  const hasIpv6 = [...bound, ...routes.map(({ via = "" }) => via)].some((one) => one.includes(":"));
  if (mtu !== undefined && mtu < LEAST_MTU_IPV6 && hasIpv6)
    report("mtu", "too short for IPv6", `write ${LEAST_MTU_IPV6} or more`);
  const isUp = input.up !== false;
  if (!isUp && (routes.length > 0 || dhcp !== false))
    report("up", "what leads nowhere", "leave gateway, routes and dhcp out, or up: false");
  return {
    name,
    isUp,
    addresses: bound,
    routes,
    mtu,
    dhcp: dhcp === true ? "yes" : dhcp === false ? "no" : dhcp,
    dns: bindServers(dns, report),
    domains,
    vlans,
    ...madeOf(input, report),
  };
}

function madeOf(
  { bridge, bond, vlan }: NetworkInput,
  report: BindReport,
): Pick<LinkDefinition, "made" | "ports"> {
  const given = [bridge, bond, vlan].filter((one) => one !== undefined);
  if (given.length > 1) report("", "a link of two sorts", "keep one of bridge, bond and vlan");
  const field = bridge === undefined ? "bond" : "bridge";
  const ports = [...new Set((bridge ?? bond)?.ports ?? [])].sort();
  for (const [position, port] of ports.entries())
    checkLinkName(port, `${field}.ports.${position}`, report);
  if (bridge !== undefined) return { made: { kind: "bridge" }, ports };
  if (bond !== undefined) return { made: { kind: "bond", mode: bond.mode }, ports };
  if (vlan === undefined) return { made: undefined, ports };
  checkLinkName(vlan.parent, "vlan.parent", report);
  return { made: { kind: "vlan", ...vlan }, ports };
}

/** What nothing but networkd does. */
function checkWithoutNetworkd(input: NetworkInput, report: BindReport): void {
  for (const field of ["dns", "domains", "vlans"] as const)
    if (input[field] !== undefined)
      report(field, "nothing that ip keeps", `leave ${field} out, or keptBy: ip`);
  if (input.dhcp !== undefined && input.dhcp !== false)
    report("dhcp", "nothing that ip keeps", "leave dhcp out, or keptBy: ip");
}

/** Plain data, without what was left out. */
function asJson(input: object): JsonObject {
  return JSON.parse(JSON.stringify(input)) as JsonObject;
}
