import type { BindReport, ContainerSubnet } from "@holdfast/core";
import * as z from "zod/mini";
import { CONTAINER_NAME, textsBy } from "../container-engine/fields.ts";
import { stateSchema } from "../declared-state.ts";
import { checkSubnet, normalSubnet } from "./subnet-text.ts";

const OPTION = /^[^\s\p{Cc}]{1,255}$/u;
/** What an engine has by itself. */
const BUILT_IN: ReadonlySet<string> = new Set(["bridge", "host", "none", "podman", "default"]);

/** What an author writes under `spec` of a network; its name is the network's. */
export const containerNetworkSchema = z.strictObject({
  driver: z.optional(
    z
      .string()
      .check(
        z.regex(/^[a-z][a-z0-9_-]{0,63}$/),
        z.describe("How it is made: bridge (default), macvlan, ipvlan …"),
      ),
  ),
  internal: z.optional(z.boolean().check(z.describe("It leads nowhere else. Default: false."))),
  ipv6: z.optional(z.boolean().check(z.describe("It has addresses of IPv6 too. Default: false."))),
  subnets: z.optional(
    z
      .array(
        z.strictObject({
          subnet: z.string().check(z.describe("Addresses in CIDR notation, e.g. 10.20.0.0/24.")),
          gateway: z.optional(z.string().check(z.describe("An address of it. Left out: chosen."))),
        }),
      )
      .check(
        z.minLength(1),
        z.maxLength(16),
        z.describe("Its ranges of addresses. Left out: the engine chooses."),
      ),
  ),
  options: z.optional(
    textsBy(OPTION, "The value.").check(
      z.describe("Options of its driver. Those left out are not managed."),
    ),
  ),
  labels: z.optional(
    textsBy(OPTION, "The value.").check(z.describe("Labels. Those left out are not managed.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a network. */
export type ContainerNetworkInput = z.infer<typeof containerNetworkSchema>;

/** A network as it should be. */
export interface ContainerNetworkSpec {
  readonly name: string;
  readonly driver: string;
  readonly isInternal: boolean;
  readonly hasIpv6: boolean;
  /** `undefined`: not managed. */
  readonly subnets?: readonly ContainerSubnet[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindContainerNetwork(
  name: string,
  input: ContainerNetworkInput,
  report: BindReport,
): ContainerNetworkSpec {
  if (!CONTAINER_NAME.test(name)) {
    report("", "not a name of a network", "write letters, digits, and _ . - behind the first");
  }
  if (BUILT_IN.has(name)) report("", "a network of the engine's own", "choose another name");
  const { driver = "bridge", internal, ipv6, subnets, options = {}, labels = {}, state } = input;
  for (const [position, range] of (subnets ?? []).entries()) {
    checkSubnet(range, `subnets.${position}`, report);
  }
  return {
    name,
    driver,
    isInternal: internal === true,
    hasIpv6: ipv6 === true,
    ...(subnets === undefined ? {} : { subnets: subnets.map(normalSubnet) }),
    options,
    labels,
    isAbsent: state === "absent",
  };
}

/** No such network. */
export function absentContainerNetwork(spec: ContainerNetworkSpec): ContainerNetworkSpec {
  return { ...spec, isAbsent: true };
}
