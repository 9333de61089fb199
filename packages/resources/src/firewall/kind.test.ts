import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type FirewallChain, normalTable, ruleText, tableText } from "@holdfast/core";
import { arbitraryTable, checkSimulated, type Start } from "@holdfast/testing";
import fc from "fast-check";
import type { FirewallInput, RuleInput } from "./bind/fields.ts";
import { describeFirewall } from "./describe.ts";
import { firewallKind } from "./kind.ts";
import { mayCutControl } from "./risk.ts";
import { bindFirewall } from "./spec.ts";

const NAME = "web";
const TABLE = "holdfast_web";
const RULES = `/etc/nftables.d/${TABLE}.nft`;
const UNITS = "/etc/systemd/system";
const UNIT = `${UNITS}/holdfast-firewall-web.service`;
const LINK = `${UNITS}/sysinit.target.wants/holdfast-firewall-web.service`;

const firewall = (input: FirewallInput) => ({ kind: firewallKind, name: NAME, input });
const inChain = (...rules: readonly RuleInput[]): FirewallInput => ({
  management: "none",
  chains: { in: { hook: "input", rules: [...rules] } },
});
/** As it is after an apply of this. */
const having =
  (input: FirewallInput): Start =>
  (host) => {
    host.kernel.tamper.makeDirectory("/etc");
    host.firewall.model.set(TABLE, bound(input).table);
  };
const live = (input: FirewallInput): FirewallInput => ({ ...input, persisted: false });

suite("firewall", () => {
  test("K7: what can be read of the kernel can be declared, and is that", () => {
    fc.assert(
      fc.property(arbitraryTable(TABLE), (drawn) => {
        const table = normalTable({ ...drawn, chains: drawn.chains.map(withJump) });
        const chains = table.chains.map(({ rules, ...chain }) => ({
          ...chain,
          rules: rules.map((rule) => ({ rule })),
        }));
        const observed = { isLive: true, table: { ...table, chains, others: [] } };
        const spec = bindFirewall(NAME, { state: "absent" }, () => {});
        const input = describeFirewall(spec, observed);
        assert.ok(input !== undefined);
        assert.equal(tableText(bound(input).table), tableText(table));
      }),
    );
  });

  test("K7: a typo anywhere is a mistake with its place, and never a rule that matches more", () => {
    const rules: readonly (readonly [RuleInput, string])[] = [
      [{ source: "10.0.0.0/33", action: "accept" }, "source: not an IPv4 address"],
      [{ source: "10.0.0.1/8", action: "accept" }, "source: not an IPv4 address"],
      [{ source: "2001:db8::/129", action: "accept" }, "source: not an IPv6 address"],
      [{ source: "10.0.0", action: "accept" }, "source: not an IPv4 address"],
      [{ source: ["10.0.0.1", "example.org"], action: "accept" }, "source.1: not an IPv4 address"],
      [{ source: "", action: "accept" }, "source: not an IPv4 address"],
      [{ destination: "@nobody", action: "accept" }, "destination: no such set"],
      [{ destination: "@ports", action: "accept" }, "destination: not a set of addresses"],
      [{ protocol: "tcp", port: "@office", action: "accept" }, "port: not a set of type port"],
      [{ source: ["@office", "10.0.0.1"], action: "accept" }, "source: a set beside others"],
      [{ protocol: "tcp", port: "80-", action: "accept" }, "port: not a port"],
      [{ protocol: "tcp", port: "ssh", action: "accept" }, "port: not a port"],
      [{ protocol: "tcp", sourcePort: ["90-80", 1], action: "accept" }, "sourcePort.0: not a port"],
      [{ port: 22, action: "accept" }, ": a port of no protocol that has ports"],
      [{ protocol: "icmp", port: 22, action: "accept" }, ": a port of no protocol that has ports"],
      [{ inInterface: "eth0; accept", action: "accept" }, "inInterface: not an interface"],
      [
        { inInterface: "a-name-that-is-too-long", action: "accept" },
        "inInterface: not an interface",
      ],
      [{ outInterface: ["eth0", "wlan*"], action: "accept" }, "outInterface.1: not an interface"],
      [
        { protocol: "icmp", icmpType: "nd-redirect", action: "accept" },
        "icmpType: not a type of icmp",
      ],
      [{ icmpType: "echo-request", action: "accept" }, "icmpType: a type without its protocol"],
      [
        { source: "10.0.0.1", destination: "::1", action: "accept" },
        ": no packet can be all of that",
      ],
      [
        { source: ["10.0.0.1", "::1"], family: "ipv6", action: "accept" },
        ": no packet can be all of that",
      ],
      [{ source: "10.0.0.1" }, ": nothing to do"],
      [{ action: "accept", jump: "side" }, ": more than one thing to do"],
      [{ action: "reject", rejectWith: "tcp-reset" }, "rejectWith: a reset of what has none"],
      [{ protocol: "tcp", dnat: "10.0.0.5:99999" }, "dnat: not an address"],
      [{ action: "masquerade" }, ": addresses are not changed here"],
      [{ protocol: "tcp", lookup: { by: "port", map: "nobody" } }, "lookup.map: no such map"],
    ];
    for (const [rule, expected] of rules) {
      const input = inChain(rule);
      const sets = {
        office: { type: "ipv4" as const, elements: ["192.0.2.0/24"] },
        ports: { type: "port" as const },
      };
      const side = {
        side: { rules: [] },
        in: { ...input.chains?.["in"], rules: [{ jump: "side" }, rule] },
      };
      const mistakes = mistakesOf({ ...input, sets, chains: { ...input.chains, ...side } });
      const [field] = expected.split(":");
      const path = `chains.in.rules.1${field === "" ? "" : `.${field}`}`;
      const [first] = mistakes;
      assert.equal(first, `${path}:${expected.slice(expected.indexOf(":") + 1)}`, expected);
    }
  });

  test("K7: sets, maps and chains that do not go together are mistakes, too", () => {
    const check = (input: Partial<FirewallInput>, expected: readonly string[]): void =>
      assert.deepEqual(mistakesOf({ management: "none", chains: {}, ...input }), expected);
    check({ sets: { a: { type: "ipv4", elements: ["10.0.0.0/8", "::1"] } } }, [
      "sets.a.elements.1: not an IPv4 address",
    ]);
    check({ sets: { "a b": { type: "port" } } }, ["sets.a b: not a name"]);
    check({ sets: { th: { type: "port" } } }, ["sets.th: a word of nft"]);
    check({ sets: { a: { type: "port" } }, maps: { a: { type: "port" } } }, [
      "maps.a: a set and a map of one name",
    ]);
    check({ maps: { a: { type: "port", elements: { "80-90": "drop", "85": "accept" } } } }, [
      "maps.a.elements: two answers to one key",
    ]);
    check({ maps: { a: { type: "port", elements: { "80": "acept" } } } }, [
      "maps.a.elements.80: not what a map can say",
    ]);
    check({ chains: { input: { rules: [] } } }, ["chains.input: nothing comes to this chain"]);
    check({ chains: { in: { hook: "input", rules: [{ jump: "away" }] } } }, [
      "chains.in: no such chain",
    ]);
    const circle = { a: { rules: [{ jump: "b" }] }, b: { rules: [{ jump: "a" }] } };
    check({ chains: { in: { hook: "input", rules: [{ jump: "a" }] }, ...circle } }, [
      "chains.a: chains that lead in a circle",
    ]);
    check({ chains: undefined }, [": no chains"]);
    check({ state: "absent" }, ["state: rules of what should be absent"]);
    assert.deepEqual(mistakesOf({ chains: {} }, "../x"), [": not a name of a firewall"]);
  });

  test("K7: addresses of both families are a rule for each; a whole family needs no address", () => {
    const office = { source: ["2001:db8::/32", "10.1.0.0/16", "10.0.0.0/16"] };
    assert.deepEqual(
      textsOf({ ...office, protocol: "tcp", port: [443, 80, "81-90"], action: "accept" }),
      [
        "ip saddr 10.0.0.0/15 tcp dport { 80-90, 443 } accept",
        "ip6 saddr 2001:db8::/32 tcp dport { 80-90, 443 } accept",
      ],
    );
    assert.deepEqual(textsOf({ source: ["0.0.0.0/0", "::/0"], action: "drop" }), [
      "meta nfproto ipv4 drop",
      "meta nfproto ipv6 drop",
    ]);
    assert.deepEqual(textsOf({ protocol: ["udp", "tcp"], port: 53, counter: true, log: true }), [
      "meta l4proto { tcp, udp } th dport 53 counter log",
    ]);
  });

  test("K7: another spelling is in sync; another order of rules is not, nor is anything that somebody added", async () => {
    const one: RuleInput = { protocol: "tcp", port: 22, action: "accept" };
    const two: RuleInput = { source: ["10.0.0.0/9", "10.128.0.0/9"], action: "drop" };
    const same: RuleInput = { source: "10.0.0.0-10.255.255.255", action: "drop" };
    await checkSimulated(firewall(live(inChain(one, two))), having(inChain(one, same)), []);
    const turned = having(inChain(two, one));
    await checkSimulated(firewall(live(inChain(one, two))), turned, ["chains.in.rules"]);
    const more = having({ ...inChain(one, two), sets: { a: { type: "port", elements: [1] } } });
    await checkSimulated(firewall(live(inChain(one, two))), more, ["sets.a"]);
    const closed: FirewallInput = {
      management: "none",
      chains: { in: { hook: "input", policy: "drop" } },
    };
    const host = await checkSimulated(firewall(live(closed)), having(inChain()), ["chains.in"]);
    assert.deepEqual(host.firewall.model.changes.slice(1, 2), [TABLE]);
  });

  test("K7: it is loaded at boot by a file, a unit and its link, and what is absent leaves none of them", async () => {
    const input = inChain({ protocol: "tcp", port: 22, action: "accept" });
    const host = await checkSimulated(firewall(input), having(input), [
      ...["state", "content", "mode", "owner", "group"].map((field) => `persisted.rules.${field}`),
      ...["state", "content", "mode", "owner", "group"].map((field) => `persisted.unit.${field}`),
      ...["state", "target"].map((field) => `persisted.link.${field}`),
    ]);
    const { inspect } = host.kernel;
    assert.match(
      inspect.text(RULES) ?? "",
      /^# Kept .*\ntable inet holdfast_web\ndelete table inet holdfast_web\n/,
    );
    assert.match(inspect.text(UNIT) ?? "", /^After=nftables\.service$/m);
    assert.match(
      inspect.text(UNIT) ?? "",
      new RegExp(`^ExecStart=/usr/sbin/nft -f ${RULES}$`, "m"),
    );
    assert.doesNotMatch(inspect.text(RULES) ?? "", /flush ruleset/);
    assert.ok(inspect.stat(LINK));
    const gone: Start = (next) => {
      having(input)(next);
      for (const path of [UNITS, `${UNITS}/sysinit.target.wants`, "/etc/nftables.d"]) {
        next.kernel.tamper.makeDirectory(path);
      }
      for (const path of [RULES, UNIT]) next.kernel.tamper.write(path, inspect.text(path) ?? "");
      next.kernel.tamper.symlink(LINK, "../holdfast-firewall-web.service");
    };
    const after = await checkSimulated(firewall({ state: "absent" }), gone, [
      "state",
      ...["rules", "unit", "link"].map((part) => `persisted.${part}.state`),
    ]);
    for (const path of [RULES, UNIT, LINK])
      assert.equal(after.kernel.inspect.stat(path), undefined);
    assert.equal(after.firewall.model.tables.size, 0);
  });

  test("K7: a change of what the machine's own packets meet may cut control, and one that only others meet may not", () => {
    const may = (
      hook: "input" | "forward" | "output" | "prerouting",
      more: Partial<FirewallInput>,
    ) => mayCutControl(bound({ ...more, chains: { in: { hook, rules: [] } } }));
    for (const hook of ["input", "output", "prerouting"] as const) assert.ok(may(hook, {}), hook);
    assert.ok(!may("forward", {}));
    assert.ok(!may("input", { management: "none" }));
    assert.ok(!mayCutControl(bindFirewall(NAME, { state: "absent" }, () => {})));
  });
});

function bound(input: FirewallInput) {
  return bindFirewall(NAME, input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

function mistakesOf(input: FirewallInput, name = NAME): readonly string[] {
  const mistakes: string[] = [];
  bindFirewall(name, input, (path, summary, detail) => {
    assert.match(detail, /\w{3}/);
    mistakes.push(`${path}: ${summary}`);
  });
  return mistakes;
}

/** A chain to which nothing leads is no one's work but somebody else's. */
function withJump(chain: FirewallChain): FirewallChain {
  if (chain.base === undefined) return chain;
  return { ...chain, rules: [{ verdict: { type: "jump", chain: "side" } }, ...chain.rules] };
}

function textsOf(rule: RuleInput): readonly string[] {
  return bound(inChain(rule)).table.chains.flatMap(({ rules }) =>
    rules.map((one) => ruleText(one)),
  );
}
