import { EVERYWHERE, type JsonObject, type LinkRoute, unreachable } from "@holdfast/core";
import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";
import type { LinkDefinition } from "./link-definition.ts";

/** In this line of its file a link has what it was rendered from. */
const RECORD = "# io.holdfast.spec: ";

/** What systemd-networkd is to do with a link. */
export function networkText(link: LinkDefinition, recorded: JsonObject): string {
  const { name, addresses, routes, dhcp, dns, domains, vlans } = link;
  const lines = [
    "[Match]",
    `Name=${name}`,
    ...linkLines(link),
    "",
    "[Network]",
    `DHCP=${dhcp}`,
    // Without a cable what is declared is there all the same, and stays when it is pulled.
    ...(dhcp === "no" ? ["ConfigureWithoutCarrier=yes"] : []),
    ...addresses.map((address) => `Address=${address}`),
    ...dns.map((server) => `DNS=${server}`),
    ...(domains.length === 0 ? [] : [`Domains=${domains.join(" ")}`]),
    ...vlans.map((vlan) => `VLAN=${vlan}`),
    ...routes.flatMap(routeLines),
  ];
  return textOf([`${RECORD}${JSON.stringify(recorded)}`, ...lines]);
}

/** How it makes a link; `undefined` for one that is there by itself. */
export function netdevText({ name, made }: LinkDefinition): string | undefined {
  if (made === undefined) return undefined;
  const head = ["[NetDev]", `Name=${name}`, `Kind=${made.kind}`];
  switch (made.kind) {
    case "bridge":
      return textOf(head);
    case "vlan":
      return textOf([...head, "", "[VLAN]", `Id=${made.id}`]);
    case "bond":
      return textOf([...head, "", "[Bond]", `Mode=${made.mode}`]);
    default:
      return unreachable(made);
  }
}

/** What it does with the parts of a bridge or bond; `undefined` where there are none. */
export function portsText({ name, made, ports }: LinkDefinition): string | undefined {
  if (made === undefined || ports.length === 0) return undefined;
  const setting = made.kind === "bond" ? "Bond" : "Bridge";
  return textOf(["[Match]", `Name=${ports.join(" ")}`, "", "[Network]", `${setting}=${name}`]);
}

/** What the file of a link was rendered from; `undefined` for one that was not rendered here. */
export function recordIn(text: string): unknown {
  const line = text.split("\n").find((one) => one.startsWith(RECORD));
  try {
    return line === undefined ? undefined : JSON.parse(line.slice(RECORD.length));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function linkLines({ mtu, isUp }: LinkDefinition): readonly string[] {
  const settings = [
    ...(mtu === undefined ? [] : [`MTUBytes=${mtu}`]),
    ...(isUp ? [] : ["ActivationPolicy=always-down"]),
  ];
  return settings.length === 0 ? [] : ["", "[Link]", ...settings];
}

function routeLines({ family, to, via, metric }: LinkRoute): readonly string[] {
  return [
    "",
    "[Route]",
    `Destination=${to === "default" ? EVERYWHERE[family] : to}`,
    ...(via === undefined ? [] : [`Gateway=${via}`]),
    ...(metric === undefined ? [] : [`Metric=${metric}`]),
  ];
}

function textOf(lines: readonly string[]): string {
  return `${RENDERED_HEADER}${lines.join("\n")}\n`;
}
