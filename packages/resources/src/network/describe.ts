import { EVERYWHERE, type LinkRoute, type NetworkLink } from "@holdfast/core";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { diffNetwork } from "./diff.ts";
import { type NetworkInput, networkSchema } from "./fields.ts";
import { recordIn } from "./file-text.ts";
import type { NetworkObserved } from "./observe.ts";
import { bindNetwork, type NetworkSpec } from "./spec.ts";

/**
 * A link as an author would write it. With networkd that is what its file was rendered from; without such a file it is all that is
 * set, as ip would set it: who kept it before goes on to do so. `undefined` for what nobody can write here.
 */
export function describeNetwork(
  spec: NetworkSpec,
  observed: NetworkObserved,
): NetworkInput | undefined {
  const { network, netdev, portsFile, link } = observed;
  if (network !== undefined) return describeFile(spec, observed);
  if (netdev !== undefined || portsFile !== undefined) return undefined;
  // Somebody else made it, and it may be more than can be written.
  const isTheirs = spec.keptBy === "networkd" && spec.made !== undefined && link !== undefined;
  return isTheirs ? undefined : describeSet(spec, observed);
}

/** What somebody wrote into a file is not in its first line. */
function describeFile(spec: NetworkSpec, observed: NetworkObserved): NetworkInput | undefined {
  const text = renderedText(observed.network);
  const read = networkSchema.safeParse(text === undefined ? undefined : recordIn(text));
  if (!read.success) return undefined;
  const bound = bindNetwork(spec.name, read.data, () => {});
  return diffNetwork(bound, { ...observed, isLive: false }).length === 0 ? read.data : undefined;
}

function describeSet(
  { made }: NetworkSpec,
  { link, ports }: NetworkObserved,
): NetworkInput | undefined {
  if (link === undefined) return { keptBy: "ip", state: "absent", ...sortOf(made) };
  const { mtu, isUp, addresses, routes } = link;
  const parts = ports.filter(({ master }) => master === link.name).map(({ name }) => name);
  return {
    keptBy: "ip",
    addresses: [...addresses],
    routes: routes.map(describeRoute),
    mtu,
    up: isUp,
    exact: true,
    ...sortOf(isSame(made, link) ? made : undefined, parts),
  };
}

function isSame(made: NetworkSpec["made"], { kind }: NetworkLink): boolean {
  return made !== undefined && made.kind === kind;
}

function sortOf(
  made: NetworkSpec["made"],
  ports: string[] = [],
): Pick<NetworkInput, "bridge" | "bond" | "vlan"> {
  const parts = ports.length === 0 ? {} : { ports };
  switch (made?.kind) {
    case "bridge":
      return { bridge: parts };
    case "bond":
      return { bond: { ...parts, mode: made.mode as NonNullable<NetworkInput["bond"]>["mode"] } };
    case "vlan":
      return { vlan: { parent: made.parent, id: made.id } };
    default:
      return {};
  }
}

/** A route to everywhere on the link itself says its family by its network. */
function describeRoute({
  family,
  to,
  via,
  metric,
}: LinkRoute): NonNullable<NetworkInput["routes"]>[number] {
  return {
    to: to === "default" && via === undefined ? EVERYWHERE[family] : to,
    ...(via === undefined ? {} : { via }),
    ...(metric === undefined ? {} : { metric }),
  };
}
