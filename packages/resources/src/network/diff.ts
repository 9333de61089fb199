import {
  type Change,
  change,
  isRoute,
  type JsonObject,
  type LinkRoute,
  type NetworkLink,
} from "@holdfast/core";
import { fingerprintOf } from "../fingerprint.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { NetworkObserved } from "./observe.ts";
import type { NetworkSpec } from "./spec.ts";

/** The files as parts of the resource. */
export const FILE_PARTS = {
  network: "files.network",
  netdev: "files.netdev",
  ports: "files.ports",
} as const;

/** Compares what the kernel has, and the files that keep it, with a spec: each by itself. */
export function diffNetwork(
  spec: NetworkSpec,
  observed: NetworkObserved | undefined,
): readonly Change[] {
  const { files } = spec;
  const live = observed?.isLive === false ? [] : diffLive(spec, observed);
  return [
    ...live,
    ...diffPart(FILE_PARTS.network, files.network, observed?.network),
    ...diffPart(FILE_PARTS.netdev, files.netdev, observed?.netdev),
    ...diffPart(FILE_PARTS.ports, files.ports, observed?.portsFile),
  ];
}

/** Whether a change is one of the kernel's network, and not of a file. */
export function isLiveChange({ path }: Change): boolean {
  return !path.startsWith("files.");
}

/** What is there as a short text. */
export function fingerprintNetwork(observed: NetworkObserved): string {
  const { link, ports, peers: _, isLive, ...files } = observed;
  const masters = ports.map(({ name, master }) => [name, master]);
  const seen = { ...link, index: 0, isControl: false };
  return fingerprintOf(JSON.stringify([isLive, seen, masters, files]));
}

/** What it is now, and whether that lasts. */
export function networkDetails({ isLive, link, network }: NetworkObserved): JsonObject {
  if (!isLive) return { up: "not here: this is another root" };
  if (link === undefined) return { up: false };
  const { isUp, addresses, mtu } = link;
  return { up: isUp, addresses: [...addresses], mtu, lasts: network !== undefined };
}

/** What differs in the kernel; of what is to go, what of it is there. */
export function diffLive(
  spec: NetworkSpec,
  observed: NetworkObserved | undefined,
): readonly Change[] {
  const { link, ports = [] } = observed ?? {};
  if (spec.isAbsent) return diffGone(spec, link);
  if (link === undefined) return [change("link", undefined, spec.made?.kind ?? "there")];
  const { mtu, made } = spec;
  const isOther = made !== undefined && link.kind !== made.kind;
  return [
    ...(isOther ? [change("link", link.kind ?? "hardware", made.kind)] : []),
    ...(link.isUp === spec.isUp ? [] : [change("up", link.isUp, spec.isUp)]),
    ...(mtu === undefined || mtu === link.mtu ? [] : [change("mtu", link.mtu, mtu)]),
    ...diffSet("addresses", [...link.addresses], [...spec.addresses], spec.isExact),
    ...diffRoutes(spec, link),
    ...diffPorts(spec, ports),
  ];
}

/** Routes of a link that are not declared, and addresses. Nothing, unless they are to go. */
export function extrasOf(
  { addresses, routes, isExact }: NetworkSpec,
  link: NetworkLink,
): { readonly addresses: readonly string[]; readonly routes: readonly LinkRoute[] } {
  if (!isExact) return { addresses: [], routes: [] };
  return {
    addresses: link.addresses.filter((one) => !addresses.includes(one)),
    routes: link.routes.filter((one) => !routes.some((route) => isRoute(route, one))),
  };
}

/** With networkd the link goes by its file; what ip set goes one by one. */
function diffGone(spec: NetworkSpec, link: NetworkLink | undefined): readonly Change[] {
  if (link === undefined) return [];
  const { made, keptBy, addresses, routes } = spec;
  if (made !== undefined)
    return link.kind === made.kind ? [change("link", made.kind, undefined)] : [];
  if (keptBy === "networkd") return [];
  const set = addresses.filter((one) => link.addresses.includes(one));
  const led = routes.filter((route) => link.routes.some((one) => isRoute(route, one)));
  return [
    ...set.map((address) => change("addresses", address, undefined)),
    ...led.map((route) => change("routes", routeText(route), undefined)),
  ];
}

function diffRoutes(spec: NetworkSpec, link: NetworkLink): readonly Change[] {
  const isThere = (route: LinkRoute): boolean => link.routes.some((one) => isRoute(route, one));
  const extras = extrasOf(spec, link).routes;
  if (spec.routes.every(isThere) && extras.length === 0) return [];
  return [change("routes", link.routes.map(routeText), spec.routes.map(routeText))];
}

function diffPorts({ name, ports }: NetworkSpec, found: readonly NetworkLink[]): readonly Change[] {
  const parts = found.filter(({ master }) => master === name).map((port) => port.name);
  return diffSet("ports", parts, [...ports], false);
}

function diffSet(
  path: string,
  found: readonly string[],
  wanted: readonly string[],
  isExact: boolean,
): readonly Change[] {
  const isMore = isExact && found.some((one) => !wanted.includes(one));
  const isLess = wanted.some((one) => !found.includes(one));
  return isMore || isLess ? [change(path, [...found], [...wanted])] : [];
}

/** A route as ip writes it. */
export function routeText({ family, to, via, metric }: LinkRoute): string {
  const place = to === "default" && family === "ipv6" ? "default (IPv6)" : to;
  const over = via === undefined ? "" : ` via ${via}`;
  return `${place}${over}${metric === undefined ? "" : ` metric ${metric}`}`;
}
