import {
  type Change,
  change,
  type ContainerNetwork,
  type ContainerSubnet,
  type Json,
  type JsonObject,
} from "@holdfast/core";
import { diffTexts } from "../container-engine/diff-texts.ts";
import { fingerprintOf } from "../fingerprint.ts";
import {
  bindContainerNetwork,
  type ContainerNetworkInput,
  type ContainerNetworkSpec,
} from "./spec.ts";
import { normalSubnet } from "./subnet-text.ts";

/** Compares a network with its spec. */
export function diffContainerNetwork(
  spec: ContainerNetworkSpec,
  observed: ContainerNetwork | undefined,
): readonly Change[] {
  if (spec.isAbsent) return observed === undefined ? [] : [change("state", "present", "absent")];
  if (observed === undefined) return [change("state", undefined, "present")];
  const pairs: readonly (readonly [string, Json, Json])[] = [
    ["driver", observed.driver, spec.driver],
    ["internal", observed.isInternal, spec.isInternal],
    ["ipv6", observed.hasIpv6, spec.hasIpv6],
  ];
  return [
    ...pairs.filter(([, is, wanted]) => is !== wanted).map((pair) => change(...pair)),
    ...diffSubnets(observed.subnets.map(normalSubnet), spec.subnets),
    ...diffTexts("options", spec.options, observed.options),
    ...diffTexts("labels", spec.labels, observed.labels),
  ];
}

/** The state of a network as a short text. */
export function fingerprintContainerNetwork(observed: ContainerNetwork): string {
  const { driver, isInternal, hasIpv6, subnets, options, labels } = observed;
  return fingerprintOf(JSON.stringify([driver, isInternal, hasIpv6, subnets, options, labels]));
}

/** Its ranges of addresses. */
export function containerNetworkDetails({ driver, subnets }: ContainerNetwork): JsonObject {
  return { driver, subnets: subnets.map(({ subnet }) => subnet) };
}

/**
 * A network as an author would write it; `undefined` where it is only to get more, such as a label: no spec says that it
 * had none, so nothing would take that away again.
 */
export function describeContainerNetwork(
  spec: ContainerNetworkSpec,
  observed: ContainerNetwork,
): ContainerNetworkInput | undefined {
  const input = inputOf(observed);
  if (spec.isAbsent || diffContainerNetwork(spec, observed).length === 0) return input;
  const after = {
    ...spec,
    subnets: spec.subnets ?? observed.subnets,
    options: { ...observed.options, ...spec.options },
    labels: { ...observed.labels, ...spec.labels },
  };
  const before = bindContainerNetwork(spec.name, input, () => {});
  return diffContainerNetwork(before, after).length === 0 ? undefined : input;
}

function inputOf({
  driver,
  isInternal,
  hasIpv6,
  subnets,
  options,
  labels,
}: ContainerNetwork): ContainerNetworkInput {
  return {
    driver,
    internal: isInternal,
    ipv6: hasIpv6,
    ...(subnets.length === 0 ? {} : { subnets: [...subnets] }),
    options: { ...options },
    labels: { ...labels },
  };
}

/** In any order; a gateway that is not declared is the engine's choice. */
function diffSubnets(
  found: readonly ContainerSubnet[],
  declared: readonly ContainerSubnet[] | undefined,
): readonly Change[] {
  if (declared === undefined) return [];
  const isHad = ({ subnet, gateway }: ContainerSubnet): boolean =>
    found.some(
      (each) => each.subnet === subnet && (gateway === undefined || each.gateway === gateway),
    );
  if (found.length === declared.length && declared.every(isHad)) return [];
  return [change("subnets", found.map(shown), declared.map(shown))];
}

function shown({ subnet, gateway }: ContainerSubnet): string {
  return gateway === undefined ? subnet : `${subnet} by ${gateway}`;
}
