import * as z from "zod/mini";
import { stateSchema } from "../../declared-state.ts";

/** Types of ICMP, as nft calls them: by the family of their addresses. */
export const ICMP_TYPES = {
  icmp: [
    "echo-reply",
    "destination-unreachable",
    "redirect",
    "echo-request",
    "router-advertisement",
    "router-solicitation",
    "time-exceeded",
    "parameter-problem",
    "timestamp-request",
    "timestamp-reply",
  ],
  icmpv6: [
    "destination-unreachable",
    "packet-too-big",
    "time-exceeded",
    "parameter-problem",
    "echo-request",
    "echo-reply",
    "mld-listener-query",
    "mld-listener-report",
    "nd-router-solicit",
    "nd-router-advert",
    "nd-neighbor-solicit",
    "nd-neighbor-advert",
    "nd-redirect",
    "mld2-listener-report",
  ],
} as const;

/** Protocols that have ports. */
export const TRANSPORTS: readonly string[] = ["tcp", "udp", "udplite", "sctp", "dccp"];

const PROTOCOLS = [
  "tcp",
  "udp",
  "udplite",
  "sctp",
  "dccp",
  "icmp",
  "icmpv6",
  "gre",
  "esp",
  "ah",
] as const;
const KEYS = [
  "source",
  "destination",
  "sourcePort",
  "port",
  "inInterface",
  "outInterface",
] as const;
const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"] as const;
const TYPES = ["ipv4", "ipv6", "port", "interface"] as const;
/** Every rule is tried with each network and each port that manages: so many of them are. */
const MOST_NETWORKS = 64;
const MOST_PORTS = 16;
/** What nft takes within its quotes, and gives back as it was. */
const QUOTABLE = /^[^"$\\\p{Cc}]+$/u;

const texts = z.union([z.string(), z.array(z.string()).check(z.minLength(1))]);
const portNumber = z.int().check(z.minimum(0), z.maximum(65_535));
const portSchema = z.union([portNumber, z.string()]);
const ports = z.union([portSchema, z.array(portSchema).check(z.minLength(1))]);
const chainName = z.string();

const ruleSchema = z.strictObject({
  inInterface: z.optional(
    texts.check(z.describe("Where it comes in: eth0, eth*, a list, or @set of interfaces.")),
  ),
  outInterface: z.optional(texts.check(z.describe("Where it goes out; likewise."))),
  family: z.optional(
    z.enum(["ipv4", "ipv6"]).check(z.describe("Only this family. Default: both, or by addresses.")),
  ),
  source: z.optional(
    texts.check(
      z.describe("From where: addresses, networks and ranges of both families, or @set of them."),
    ),
  ),
  destination: z.optional(texts.check(z.describe("Where to; likewise."))),
  protocol: z.optional(
    z
      .union([z.enum(PROTOCOLS), z.array(z.enum(PROTOCOLS)).check(z.minLength(1))])
      .check(z.describe("tcp, udp, icmp …, or a list.")),
  ),
  port: z.optional(
    ports.check(z.describe('The port that it goes to: 22, "8000-8010", a list, or @set.')),
  ),
  sourcePort: z.optional(ports.check(z.describe("The port that it comes from; likewise."))),
  icmpType: z.optional(
    z
      .union([z.string(), z.array(z.string()).check(z.minLength(1))])
      .check(z.describe("With protocol icmp or icmpv6: echo-request, nd-neighbor-solicit …")),
  ),
  connection: z.optional(
    z
      .union([
        z.enum(["new", "established", "related", "invalid", "untracked"]),
        z
          .array(z.enum(["new", "established", "related", "invalid", "untracked"]))
          .check(z.minLength(1)),
      ])
      .check(z.describe("The state of its connection: established, related, new, invalid.")),
  ),
  limit: z.optional(
    z
      .strictObject({
        rate: z.int().check(z.minimum(1), z.maximum(1_000_000)),
        per: z.enum(["second", "minute", "hour", "day"]),
        burst: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
      })
      .check(z.describe("The rule is for no more packets than that. burst: 5 by default.")),
  ),
  counter: z.optional(z.boolean().check(z.describe("Counts packets and bytes."))),
  log: z.optional(
    z
      .union([
        z.boolean(),
        z.strictObject({
          prefix: z.optional(z.string().check(z.maxLength(100), z.regex(QUOTABLE))),
          level: z.optional(z.enum(LEVELS)),
        }),
      ])
      .check(z.describe("Logs it in the kernel's log: true, or prefix and level.")),
  ),
  comment: z.optional(
    z
      .string()
      .check(
        z.maxLength(100),
        z.regex(QUOTABLE, 'write a line without ", $ and \\'),
        z.describe("Shown beside the rule."),
      ),
  ),
  action: z.optional(
    z
      .enum(["accept", "drop", "reject", "return", "masquerade"])
      .check(z.describe("What is done. Left out: it is only counted or logged.")),
  ),
  rejectWith: z.optional(
    z.literal("tcp-reset").check(z.describe("How tcp is rejected. Default: port unreachable.")),
  ),
  jump: z.optional(chainName.check(z.describe("Goes through another chain and comes back."))),
  goto: z.optional(chainName.check(z.describe("Goes through another chain for good."))),
  redirect: z.optional(portNumber.check(z.describe("Sends it to this port of this machine."))),
  dnat: z.optional(
    z.string().check(z.describe("Sends it to another address: 10.0.0.5:80, [2001:db8::5]:80.")),
  ),
  snat: z.optional(z.string().check(z.describe("Lets it come from another address."))),
  lookup: z.optional(
    z
      .strictObject({ by: z.enum(KEYS), map: z.string() })
      .check(z.describe("Does what a map says of its port, address or interface.")),
  ),
});

const chainSchema = z.strictObject({
  hook: z.optional(
    z
      .enum(["prerouting", "input", "forward", "output", "postrouting"])
      .check(z.describe("Which packets come here. Left out: those that other chains jump with.")),
  ),
  type: z.optional(z.enum(["filter", "nat", "route"]).check(z.describe("Default: filter."))),
  priority: z.optional(
    z
      .int()
      .check(
        z.minimum(-400),
        z.maximum(400),
        z.describe("Lower ones come first. Default: 0; of nat -100, and 100 after routing."),
      ),
  ),
  policy: z.optional(
    z
      .enum(["accept", "drop"])
      .check(z.describe("What is done with all that no rule decides about. Default: accept.")),
  ),
  rules: z.optional(z.array(ruleSchema).check(z.maxLength(5_000), z.describe("In their order."))),
});

/** What an author writes under `spec` of a firewall; its name is that of the table. */
export const firewallSchema = z.strictObject({
  chains: z.optional(z.record(z.string(), chainSchema).check(z.describe("Chains by their names."))),
  sets: z.optional(
    z
      .record(
        z.string(),
        z.strictObject({
          type: z.enum(TYPES),
          elements: z.optional(z.array(portSchema).check(z.maxLength(100_000))),
        }),
      )
      .check(z.describe("Named sets of ipv4, ipv6, port or interface. Rules say @name.")),
  ),
  maps: z.optional(
    z
      .record(
        z.string(),
        z.strictObject({
          type: z.enum(TYPES),
          elements: z.optional(z.record(z.string(), z.string())),
        }),
      )
      .check(
        z.describe("Named maps to what is done: accept, drop, return, jump CHAIN or goto CHAIN."),
      ),
  ),
  management: z.optional(
    z
      .union([
        z.literal("none"),
        z.strictObject({
          from: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(MOST_NETWORKS))),
          ports: z.optional(z.array(portNumber).check(z.minLength(1), z.maxLength(MOST_PORTS))),
          interface: z.optional(z.string()),
        }),
      ])
      .check(
        z.describe(
          "How the machine is managed: from these networks (default: any) to these tcp ports (default: 22), at most 64 and 16. Rules that cut that off are an error. none: not by the network.",
        ),
      ),
  ),
  persisted: z.optional(
    z
      .union([z.boolean(), z.literal("unmanaged")])
      .check(
        z.describe(
          "Whether it is loaded at boot, too. Default: true. unmanaged: what is loaded at boot stays until the rules change; then nothing is.",
        ),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a firewall. */
export type FirewallInput = z.infer<typeof firewallSchema>;

/** One chain as an author writes it. */
export type ChainInput = z.infer<typeof chainSchema>;

/** One rule as an author writes it. */
export type RuleInput = z.infer<typeof ruleSchema>;
