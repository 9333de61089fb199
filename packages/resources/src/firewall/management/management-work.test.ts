import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type FirewallChain, type FirewallRule, type FirewallTable } from "@holdfast/core";
import { firewallSchema } from "../bind/fields.ts";
import { checkManagement } from "./check-management.ts";

const MOST_MANAGEMENT = {
  from: Array.from({ length: 64 }, (_, at) => `10.0.${at}.0/24`),
  ports: Array.from({ length: 16 }, (_, at) => 2200 + at),
};
const management = { from: ["10.1.0.0/16"] };
/** What comes in: what is established, of the loopback, and of the one network what is new and what is established. */
const CLASSES = 4;
const ESTABLISHED = { states: ["established", "related"], verdict: { type: "accept" } } as const;
const OF_LOOPBACK = { inInterface: { values: ["lo"] }, verdict: { type: "accept" } } as const;

suite("the work of finding out who is cut off", () => {
  test("D19: a chain that many ways lead to is followed once for each class of packets, not once for each way", () => {
    for (const ways of [1, 2, 3]) {
      for (const levels of [4, 8, 15, 30]) {
        const lattice = latticeOf(levels, ways);
        const most = CLASSES * (lattice.chains.length + 1);
        const { table, count } = counting(lattice, most);
        checkManagement(table, management, (...words) => assert.fail(words.join(": ")));
        assert.ok(count() > Math.min(levels, 15), "it was followed to its end");
      }
    }
  });

  test("D19: an element of a set is read once, however many networks and ports manage the machine", () => {
    const elements = Array.from({ length: 500 }, (_, at) => `10.${at % 2}.${at >> 1}.0/24`);
    const rule: FirewallRule = {
      family: "ipv4",
      source: { set: "office" },
      protocols: ["tcp"],
      ports: { set: "ports" },
      verdict: { type: "accept" },
    };
    const table = tableOf([ESTABLISHED, OF_LOOPBACK, rule, { ...rule, isCounted: true }]);
    const office = counted(elements);
    const ports = counted(["22", "2200-2300"]);
    const sets = [
      { name: "office", type: "ipv4", elements: office.values },
      { name: "ports", type: "port", elements: ports.values },
    ] as const;
    checkManagement({ ...table, sets }, MOST_MANAGEMENT, (...words) =>
      assert.fail(words.join(": ")),
    );
    assert.equal(office.reads(), office.values.length);
    assert.equal(ports.reads(), ports.values.length);
  });

  test("D19: a key of a map is read once for each way it is asked for", () => {
    const elements = Array.from({ length: 500 }, (_, at) => ({
      key: String(2000 + at),
      verdict: { type: "accept" } as const,
    }));
    const lookup: FirewallRule = {
      protocols: ["tcp"],
      verdict: { type: "lookup", by: "port", map: "services" },
    };
    const known = counted(elements);
    const maps = [{ name: "services", type: "port", elements: known.values }] as const;
    const table = { ...tableOf([ESTABLISHED, OF_LOOPBACK, lookup]), maps };
    checkManagement(table, MOST_MANAGEMENT, (...words) => assert.fail(words.join(": ")));
    assert.equal(known.reads(), elements.length);
  });

  test("K7: so many networks and ports as can be tried may be named, and not one more", () => {
    const { from, ports } = MOST_MANAGEMENT;
    const isTaken = (management: object): boolean =>
      firewallSchema.safeParse({ management, chains: {} }).success;
    assert.ok(isTaken(MOST_MANAGEMENT));
    assert.ok(!isTaken({ from: [...from, "192.0.2.1"] }));
    assert.ok(!isTaken({ ports: [...ports, 22] }));
  });
});

/** Chains in levels, each of which leads to all of the next level; nothing is decided there, and the first chain accepts what is needed. */
function latticeOf(levels: number, ways: number): FirewallTable {
  const names = (level: number): readonly string[] =>
    Array.from({ length: ways }, (_, at) => `level${level}_${at}`);
  const leads = (level: number): readonly FirewallRule[] =>
    names(level).map((chain) => ({ verdict: { type: "jump", chain } }));
  const below = Array.from({ length: levels }, (_, level) =>
    names(level).map((name) => ({ name, rules: level + 1 < levels ? leads(level + 1) : [] })),
  ).flat();
  const accepting: FirewallRule = { verdict: { type: "accept" } };
  const { chains } = tableOf([...leads(0), accepting]);
  return { ...tableOf([]), chains: [...chains, ...below] };
}

function tableOf(rules: readonly FirewallRule[]): FirewallTable {
  const base = { type: "filter", hook: "input", priority: 0, policy: "drop" } as const;
  return { name: "t", sets: [], maps: [], chains: [{ name: "input", base, rules }] };
}

/** The same table, of which every reading of the rules of a chain is counted, and none beyond the most is allowed. */
function counting(
  table: FirewallTable,
  most: number,
): { readonly table: FirewallTable; count(): number } {
  let count = 0;
  const chains = table.chains.map(
    (chain): FirewallChain => ({
      ...chain,
      get rules() {
        count += 1;
        assert.ok(count <= most, `more than ${most} chains followed`);
        return chain.rules;
      },
    }),
  );
  return { table: { ...table, chains }, count: () => count };
}

/** A list of which every read of an element is counted. */
function counted<Value>(list: readonly Value[]): {
  readonly values: readonly Value[];
  reads(): number;
} {
  let reads = 0;
  const values = new Proxy(list, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
      const value: unknown = Reflect.get(target, key);
      return value;
    },
  });
  return { values, reads: () => reads };
}
