import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";

const MOST_ADDRESSES = 64;
const MOST_ROUTES = 256;
const MOST_SERVERS = 16;
const MOST_PORTS = 64;
const LEAST_MTU = 68;
const MOST_MTU = 65_535;
const MOST_VLAN = 4_094;
const MOST_METRIC = 4_294_967_295;
/** How a bond shares its load (bonding.txt of the kernel). */
const BOND_MODES = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
] as const;

const routeSchema = z.strictObject({
  to: z.string().check(z.describe("A network in CIDR notation, or default.")),
  via: z.optional(
    z.string().check(z.describe("The address that it leads over. Left out: it is on the link.")),
  ),
  metric: z.optional(
    z.int().check(z.minimum(0), z.maximum(MOST_METRIC), z.describe("Lower ones are taken first.")),
  ),
});

const portsSchema = z.optional(
  z
    .array(z.string())
    .check(z.maxLength(MOST_PORTS), z.describe("Links that are a part of it, and nothing else.")),
);

/** What an author writes under `spec` of a link; its name is the link's. */
export const networkSchema = z.strictObject({
  keptBy: z.optional(
    z
      .enum(["networkd", "ip"])
      .check(
        z.describe(
          "What keeps it: systemd-networkd by files (default), or ip, which lasts until the next boot.",
        ),
      ),
  ),
  addresses: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MOST_ADDRESSES),
        z.describe("Addresses with their prefixes, e.g. 10.0.0.5/24 or 2001:db8::5/64."),
      ),
  ),
  gateway: z.optional(
    z
      .union([z.string(), z.array(z.string()).check(z.minLength(1), z.maxLength(2))])
      .check(z.describe("Where packets to everywhere go: an address, or one of each family.")),
  ),
  routes: z.optional(
    z.array(routeSchema).check(z.maxLength(MOST_ROUTES), z.describe("Other routes of the link.")),
  ),
  dhcp: z.optional(
    z
      .union([z.boolean(), z.enum(["ipv4", "ipv6"])])
      .check(z.describe("Addresses are leased. Default: false. Only with networkd.")),
  ),
  dns: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MOST_SERVERS),
        z.describe("Addresses of name servers, for systemd-resolved. Only with networkd."),
      ),
  ),
  domains: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MOST_SERVERS),
        z.describe("Domains in which short names are searched. Only with networkd."),
      ),
  ),
  up: z.optional(
    z.boolean().check(z.describe("Whether it is up. Default: true. Routes need that.")),
  ),
  mtu: z.optional(
    z
      .int()
      .check(
        z.minimum(LEAST_MTU),
        z.maximum(MOST_MTU),
        z.describe("The longest packet, in bytes. Left out: not managed."),
      ),
  ),
  bridge: z.optional(
    z.strictObject({ ports: portsSchema }).check(z.describe("The link is made as a bridge.")),
  ),
  bond: z.optional(
    z
      .strictObject({
        ports: portsSchema,
        mode: z.enum(BOND_MODES).check(z.describe("How it shares its load.")),
      })
      .check(z.describe("The link is made as a bond.")),
  ),
  vlan: z.optional(
    z
      .strictObject({
        parent: z.string().check(z.describe("The link that carries it.")),
        id: z.int().check(z.minimum(1), z.maximum(MOST_VLAN), z.describe("Its number.")),
      })
      .check(z.describe("The link is made as a VLAN; with networkd its parent names it in vlans.")),
  ),
  vlans: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MOST_PORTS),
        z.describe("VLANs that the link carries, by their names. Only with networkd."),
      ),
  ),
  exact: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          "Addresses and routes that others set go, but for leased ones. Default: they stay.",
        ),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a link. */
export type NetworkInput = z.infer<typeof networkSchema>;
