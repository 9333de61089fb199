import { isRoute, type LinkRoute, type NetworkLink, type NetworkStep } from "@holdfast/core";
import { extrasOf } from "./diff.ts";
import type { NetworkObserved } from "./observe.ts";
import type { NetworkSpec } from "./spec.ts";

/**
 * What ip does to bring a link to what is declared: what is missing is added before anything goes, so that it is never without
 * addresses. Pure.
 */
export function stepsTo(spec: NetworkSpec, observed: NetworkObserved): readonly NetworkStep[] {
  const { name: link, made, mtu, addresses, routes } = spec;
  const { link: found, ports } = observed;
  const isMade = made === undefined || found !== undefined;
  const isLong = mtu === undefined || mtu === found?.mtu;
  const missing = addresses.filter((address) => found?.addresses.includes(address) !== true);
  return [
    ...(isMade ? [] : [{ type: "make-link", link, made } as const]),
    ...spec.ports.flatMap((port) => portSteps(link, ports, port)),
    ...(isLong ? [] : [{ type: "set-mtu", link, mtu } as const]),
    ...(found?.isUp === spec.isUp
      ? []
      : [{ type: spec.isUp ? "set-up" : "set-down", link } as const]),
    ...missing.map((address) => ({ type: "add-address", link, address }) as const),
    // A route over an address that is new needs that first.
    ...missingRoutes(routes, found).map((route) => ({ type: "add-route", link, route }) as const),
    ...(found === undefined ? [] : stepsFrom(spec, found)),
  ];
}

/** What takes away what others set, where that is to go. Pure. */
function stepsFrom(spec: NetworkSpec, link: NetworkLink): readonly NetworkStep[] {
  const { addresses, routes } = extrasOf(spec, link);
  return removing(link.name, { addresses, routes });
}

/** What takes away what is declared. Pure. */
export function stepsAway(spec: NetworkSpec, link: NetworkLink): readonly NetworkStep[] {
  const { made, name } = spec;
  if (made !== undefined)
    return link.kind === made.kind ? [{ type: "remove-link", link: name }] : [];
  return removing(name, {
    addresses: spec.addresses.filter((address) => link.addresses.includes(address)),
    routes: link.routes.filter((one) => spec.routes.some((route) => isRoute(route, one))),
  });
}

function removing(
  link: string,
  { addresses, routes }: ReturnType<typeof extrasOf>,
): readonly NetworkStep[] {
  return [
    ...routes.map((route) => ({ type: "remove-route", link, route }) as const),
    ...addresses.map((address) => ({ type: "remove-address", link, address }) as const),
  ];
}

function missingRoutes(
  routes: readonly LinkRoute[],
  link: NetworkLink | undefined,
): readonly LinkRoute[] {
  return routes.filter((route) => link?.routes.some((one) => isRoute(route, one)) !== true);
}

function portSteps(
  master: string,
  ports: readonly NetworkLink[],
  link: string,
): readonly NetworkStep[] {
  const found = ports.find(({ name }) => name === link);
  return [
    ...(found?.master === master ? [] : [{ type: "set-master", link, master } as const]),
    ...(found?.isUp === true ? [] : [{ type: "set-up", link } as const]),
  ];
}
