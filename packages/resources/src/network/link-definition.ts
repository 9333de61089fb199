import type { LinkRoute, MadeLink } from "@holdfast/core";

/** A link as it should be, whatever keeps it. */
export interface LinkDefinition {
  readonly name: string;
  /** In one way of writing, sorted. */
  readonly addresses: readonly string[];
  /** The gateways too. */
  readonly routes: readonly LinkRoute[];
  readonly isUp: boolean;
  /** `undefined`: not managed. */
  readonly mtu: number | undefined;
  readonly dhcp: "no" | "yes" | "ipv4" | "ipv6";
  readonly dns: readonly string[];
  readonly domains: readonly string[];
  readonly vlans: readonly string[];
  /** `undefined`: it is there by itself. */
  readonly made: MadeLink | undefined;
  /** Of a bridge or bond, sorted. */
  readonly ports: readonly string[];
}
