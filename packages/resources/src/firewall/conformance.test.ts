import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { FirewallInput } from "./bind/fields.ts";
import { firewallKind } from "./kind.ts";

const NAME = "web";
const TABLE = "holdfast_web";
const RULES = `/etc/nftables.d/${TABLE}.nft`;
const UNIT = "/etc/systemd/system/holdfast-firewall-web.service";
const WANTS = "/etc/systemd/system/sysinit.target.wants";
const LINK = `${WANTS}/holdfast-firewall-web.service`;

const closed: FirewallInput = {
  sets: {
    office: { type: "ipv4", elements: ["192.0.2.0/25", "192.0.2.128/25", "203.0.113.7"] },
    web: { type: "port", elements: [80, 443] },
  },
  maps: { services: { type: "port", elements: { "25": "drop", "8000-8010": "jump apps" } } },
  chains: {
    input: {
      hook: "input",
      policy: "drop",
      rules: [
        { connection: ["established", "related"], action: "accept", counter: true },
        { inInterface: "lo", action: "accept", comment: "itself" },
        { protocol: "icmpv6", action: "accept" },
        { protocol: "tcp", port: 22, action: "accept" },
        { protocol: "tcp", port: "@web", source: ["@office", "2001:db8::/32"], action: "accept" },
        { protocol: ["tcp", "udp"], lookup: { by: "port", map: "services" } },
        { log: { prefix: "no: " }, limit: { rate: 3, per: "minute" }, action: "reject" },
      ],
    },
    apps: { rules: [{ inInterface: "eth*", action: "accept" }] },
  },
};
const open: FirewallInput = {
  chains: {
    pre: {
      hook: "prerouting",
      type: "nat",
      rules: [{ protocol: "tcp", port: 81, dnat: "10.0.0.5:80" }],
    },
    post: {
      hook: "postrouting",
      type: "nat",
      rules: [{ outInterface: "eth0", action: "masquerade" }],
    },
    in: { hook: "input" },
  },
};
const input = fc.constantFrom<FirewallInput[]>(
  closed,
  { ...closed, persisted: false },
  { ...open, persisted: "unmanaged" },
  open,
  { chains: {} },
  { state: "absent" },
);

const firewall = (verb: "remove" | "flush" | "add-chain"): Operation => ({
  type: "firewall",
  verb,
  table: TABLE,
});
const addRule = (verb: "append" | "insert", chain: string): Operation => ({
  type: "firewall",
  verb,
  table: TABLE,
  chain,
});
const found = fc.constantFrom<Operation>(
  firewall("add-chain"),
  { type: "firewall", verb: "add-chain", table: "theirs" },
  { type: "write", path: RULES, content: "flush ruleset\n" },
  { type: "write", path: UNIT, content: "[Unit]\n" },
  { type: "symlink", path: LINK, target: "/dev/null" },
);
const samples: fc.Arbitrary<KindSample<FirewallInput>> = fc.record({
  name: fc.constant(NAME),
  input,
  needs: fc.constant<readonly Operation[]>([
    { type: "directory", path: "/etc/nftables.d" },
    { type: "directory", path: WANTS },
    { type: "remove", path: LINK },
  ]),
  before: fc.array(found, { maxLength: 3 }),
  isStepwise: fc.constant(true),
});

kindConformance(firewallKind, {
  samples,
  firewallLive: true,
  // What others' hands made to be loaded at boot goes for good; what was rendered here is a difference of its own.
  beyondUndo: (fingerprint) => fingerprint.split(" ")[0] ?? "",
  troubledCalls: 12,
  simulatedTampers: 40,
  onReal: { runs: 1, troubledCalls: 2, tampers: 5 },
  tampers: ({ input: { state, persisted } }) =>
    fc.constantFrom<Operation>(
      firewall("add-chain"),
      ...(state === "absent" ? [] : LIVE_TAMPERS),
      ...(persisted === "unmanaged" ? [] : bootTampers(state !== "absent" && persisted !== false)),
    ),
});

const LIVE_TAMPERS: readonly Operation[] = [
  firewall("remove"),
  firewall("flush"),
  addRule("append", "input"),
  addRule("insert", "in"),
];
function bootTampers(isPersisted: boolean): readonly Operation[] {
  return isPersisted ? BOOT_TAMPERS : [{ type: "write", path: RULES, content: "" }];
}

const BOOT_TAMPERS: readonly Operation[] = [
  { type: "write", path: RULES, content: "flush ruleset\n" },
  { type: "remove", path: RULES },
  { type: "truncate", path: UNIT, sizeBytes: 3 },
  { type: "remove", path: LINK },
  { type: "chmod", path: RULES, mode: 0o666 },
];
