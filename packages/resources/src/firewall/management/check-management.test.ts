import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  familyOf,
  type FirewallMatch,
  type FirewallRule,
  type FirewallTable,
  type FirewallVerdict,
  parseInterval,
} from "@holdfast/core";
import fc from "fast-check";
import type { FirewallInput, RuleInput } from "../bind/fields.ts";
import { bindFirewall } from "../spec.ts";

const ESTABLISHED: RuleInput = { connection: ["established", "related"], action: "accept" };
const LOOPBACK: RuleInput = { inInterface: "lo", action: "accept" };
const NEIGHBORS: RuleInput = { protocol: "icmpv6", action: "accept" };
const SSH: RuleInput = { protocol: "tcp", port: 22, action: "accept" };
const SAFE = [ESTABLISHED, LOOPBACK, NEIGHBORS, SSH];
const V4 = { from: ["0.0.0.0/0"] };

/** A packet of which everything is known. */
interface Packet {
  readonly inInterface: string;
  readonly source: string;
  readonly protocol: string;
  readonly port: number;
  readonly state: string;
}

const rule: fc.Arbitrary<RuleInput> = fc
  .tuple(
    fc.constantFrom<RuleInput[]>({}, { inInterface: "lo" }, { inInterface: "eth*" }),
    fc.constantFrom<RuleInput[]>(
      {},
      { source: "10.0.0.0/8" },
      { source: ["@office", "2001:db8::/32"] },
      { family: "ipv4" },
    ),
    fc.constantFrom<RuleInput[]>(
      {},
      { protocol: "tcp" },
      { protocol: "udp" },
      { protocol: "tcp", port: 22 },
      { protocol: "tcp", port: "20-21" },
      { protocol: "tcp", port: "@ports" },
      { protocol: "icmpv6" },
    ),
    fc.constantFrom<RuleInput[]>(
      {},
      { connection: "new" },
      { connection: ["established", "related"] },
      { connection: "invalid" },
    ),
    fc.constantFrom<RuleInput[]>({}, { limit: { rate: 5, per: "second" } }),
    fc.constantFrom<RuleInput[]>(
      { action: "accept" },
      { action: "accept" },
      { action: "drop" },
      { action: "reject" },
      { action: "return" },
      { counter: true },
      { jump: "side" },
      { goto: "side" },
    ),
  )
  .map((parts) => parts.reduce((all, part) => ({ ...all, ...part }), {}));

const firewall: fc.Arbitrary<FirewallInput> = fc
  .record({
    input: fc.array(fc.oneof({ weight: 3, arbitrary: rule }, fc.constantFrom(...SAFE)), {
      maxLength: 7,
    }),
    side: fc.array(
      rule.filter(({ jump, goto }) => (jump ?? goto) === undefined),
      { maxLength: 3 },
    ),
    policy: fc.constantFrom<("accept" | "drop")[]>("accept", "drop"),
    from: fc.constantFrom<string[][]>(["10.1.0.0/16"], ["0.0.0.0/0"], ["192.0.2.7", "10.0.0.0/8"]),
  })
  .map(({ input, side, policy, from }) => ({
    management: { from },
    sets: {
      office: { type: "ipv4" as const, elements: ["10.1.0.0/16", "192.0.2.0/24"] },
      ports: { type: "port" as const, elements: [22, 443] },
    },
    chains: {
      input: { hook: "input" as const, policy, rules: [{ counter: true, jump: "side" }, ...input] },
      side: { rules: side },
    },
  }));

suite("who manages the machine", () => {
  test("K7: rules that are not refused let every packet of those that manage through, whatever a limit says", () => {
    fc.assert(
      fc.property(
        firewall,
        fc.record({
          pick: fc.nat(3),
          inInterface: fc.constantFrom("eth0", "wlan0"),
          state: fc.constantFrom("new", "established"),
        }),
        (input, { pick, inInterface, state }) => {
          const { table, mistakes } = bound(input);
          fc.pre(mistakes.length === 0);
          const from = input.management === "none" ? [] : (input.management?.from ?? []);
          const network = from[pick % from.length] ?? "";
          const [source = ""] = network.split("/");
          const packet = { inInterface, source, protocol: "tcp", port: 22, state };
          for (const isWithinLimit of [true, false]) {
            assert.ok(isAccepted(table, packet, isWithinLimit), JSON.stringify({ packet, input }));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("K7: what a careful administrator writes is taken", () => {
    taken({ rules: SAFE });
    taken({ rules: SAFE.slice(0, 2).concat(SSH), management: V4 });
    taken({ rules: [], policy: "accept" });
    taken({ rules: [{ connection: "invalid", action: "drop" }, ...SAFE] });
    taken({ rules: [{ protocol: "tcp", port: 23, action: "drop" }, ...SAFE] });
    taken({ rules: [], management: "none" });
    const office = { from: ["192.0.2.0/24"], ports: [2222] };
    const own: RuleInput = { ...SSH, port: "2200-2300", source: "192.0.2.0/23" };
    taken({ rules: [ESTABLISHED, LOOPBACK, own], management: office });
    const onEth0: RuleInput = { ...SSH, inInterface: "eth0" };
    taken({ rules: [ESTABLISHED, LOOPBACK, onEth0], management: { ...V4, interface: "eth0" } });
    taken({ rules: [ESTABLISHED, LOOPBACK, { jump: "side" }], side: [SSH], management: V4 });
    const lookup: RuleInput = { protocol: "tcp", lookup: { by: "port", map: "services" } };
    taken({ rules: [ESTABLISHED, LOOPBACK, lookup], management: V4, services: { "22": "accept" } });
  });

  test("K7: each way to cut oneself off is refused, and the rule that does it is named", () => {
    refused({ rules: [] }, /connections that are established .* policy of input/);
    refused({ rules: SAFE.slice(1) }, /established/);
    refused({ rules: [ESTABLISHED, NEIGHBORS, SSH] }, /says to itself .* inInterface: lo/);
    refused(
      { rules: [ESTABLISHED, LOOPBACK, NEIGHBORS] },
      /new connections from any IPv4 address to tcp port 22/,
    );
    refused({ rules: [ESTABLISHED, LOOPBACK, SSH] }, /IPv6 neighbours/);
    refused(
      { rules: [ESTABLISHED, LOOPBACK, { protocol: "tcp", action: "drop" }, ...SAFE] },
      /rule 3 of input/,
    );
    refused(
      { rules: [...SAFE.slice(0, 3), { ...SSH, source: "10.0.0.0/8" }], management: V4 },
      /new connections/,
    );
    refused(
      { rules: [...SAFE.slice(0, 3), { ...SSH, limit: { rate: 5, per: "minute" } }] },
      /new connections/,
    );
    refused({ rules: [...SAFE.slice(0, 3), { ...SSH, inInterface: "eth0" }] }, /new connections/);
    refused(
      { rules: [ESTABLISHED, LOOPBACK, { ...SSH, port: "@empty" }], management: V4 },
      /new connections/,
    );
    refused(
      { rules: [{ ...SSH, source: "192.0.2.7", action: "reject" }], policy: "accept" },
      /rule 1 of input/,
    );
    refused(
      { rules: [{ jump: "side" }, ...SAFE], side: [{ protocol: "tcp", action: "drop" }] },
      /rule 1 of side/,
    );
    const partly: RuleInput = { source: "10.0.0.0/8", action: "return" };
    refused(
      { rules: [...SAFE.slice(0, 3), { jump: "side" }], side: [partly, SSH] },
      /policy of input/,
    );
    const led: RuleInput[] = [...SAFE.slice(0, 3), { goto: "side" }, SSH];
    refused({ rules: led, side: [{ counter: true }] }, /policy of input/);
    const lookup: RuleInput = { protocol: "tcp", lookup: { by: "port", map: "services" } };
    refused({ rules: [lookup, ...SAFE], services: { "20-30": "drop" } }, /rule 1 of input/);
    refused({ rules: [], hook: "output" }, /established/);
    refused({ rules: [{ protocol: "tcp", port: 22, redirect: 80 }], hook: "prerouting" }, /rule 1/);
  });
});

interface Written {
  readonly rules: readonly RuleInput[];
  readonly side?: readonly RuleInput[];
  readonly services?: Readonly<Record<string, string>>;
  readonly policy?: "accept" | "drop";
  readonly hook?: "input" | "output" | "prerouting";
  readonly management?: FirewallInput["management"];
}

function inputOf({
  rules,
  side,
  services,
  policy,
  hook = "input",
  management,
}: Written): FirewallInput {
  const isNat = hook === "prerouting";
  return {
    ...(management && { management }),
    sets: { empty: { type: "port" } },
    ...(services && { maps: { services: { type: "port", elements: { ...services } } } }),
    chains: {
      input: {
        hook,
        ...(isNat ? { type: "nat" } : { policy: policy ?? "drop" }),
        rules: [...rules],
      },
      ...(side && { side: { rules: [...side] } }),
    },
  };
}

function bound(input: FirewallInput) {
  const mistakes: string[] = [];
  const { table } = bindFirewall("web", input, (path, summary, detail) => {
    mistakes.push(`${path}: ${summary}: ${detail}`);
  });
  return { table, mistakes };
}

function taken(written: Written): void {
  assert.deepEqual(bound(inputOf(written)).mistakes, []);
}

function refused(written: Written, words: RegExp): void {
  const { mistakes } = bound(inputOf(written));
  assert.equal(mistakes.length, 1, mistakes.join("\n"));
  assert.match(mistakes[0] ?? "", /^chains\.input: it cuts off who manages this machine: /);
  assert.match(mistakes[0] ?? "", words);
}

/** What the kernel does with one packet: written apart from the code that is tried. */
function isAccepted(table: FirewallTable, packet: Packet, isWithinLimit: boolean): boolean {
  const walk = (name: string): FirewallVerdict["type"] | undefined => {
    for (const one of table.chains.find((chain) => chain.name === name)?.rules ?? []) {
      if (one.limit && !isWithinLimit) continue;
      if (!matches(one, packet, table)) continue;
      const { verdict } = one;
      if (verdict.type === "none") continue;
      if (verdict.type === "return") return undefined;
      if (verdict.type !== "jump" && verdict.type !== "goto") return verdict.type;
      const led = walk(verdict.chain);
      if (led !== undefined || verdict.type === "goto") return led;
    }
    return undefined;
  };
  const policy = table.chains.find(({ name }) => name === "input")?.base?.policy;
  return (walk("input") ?? policy) === "accept";
}

function matches(one: FirewallRule, packet: Packet, table: FirewallTable): boolean {
  const valuesOf = (match: FirewallMatch): readonly string[] =>
    match.values ?? table.sets.find(({ name }) => name === match.set)?.elements ?? [];
  const { inInterface, family, source, ports, protocols, states } = one;
  const isNumber = (
    type: "ipv4" | "ipv6" | "port",
    match: FirewallMatch,
    value: string,
  ): boolean => {
    const at = parseInterval(type, value)?.first ?? -1n;
    return valuesOf(match).some((text) => {
      const interval = parseInterval(type, text);
      return interval !== undefined && interval.first <= at && at <= interval.last;
    });
  };
  return (
    (!inInterface ||
      valuesOf(inInterface).some((name) =>
        name.endsWith("*")
          ? packet.inInterface.startsWith(name.slice(0, -1))
          : name === packet.inInterface,
      )) &&
    (!family || family === familyOf(packet.source)) &&
    (!source || isNumber(family ?? "ipv4", source, packet.source)) &&
    (!ports || isNumber("port", ports, String(packet.port))) &&
    (protocols?.includes(packet.protocol) ?? true) &&
    (states?.includes(packet.state) ?? true)
  );
}
