import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ruleText } from "@holdfast/core";
import { readListing } from "./listing.ts";

const IN_TABLE = { family: "inet", table: "t" };
const ACCEPT = { accept: null };

suite("listings of nft", () => {
  test("K7: one rule that versions of nft spell in two ways is one", () => {
    const tcp22 = match({ payload: { protocol: "tcp", field: "dport" } }, 22);
    const sets = match({ payload: { protocol: "tcp", field: "dport" } }, { set: [22] });
    const states = (right: unknown) => ({
      match: { op: "in", left: { ct: { key: "state" } }, right },
    });
    const same: readonly (readonly [string, ...(readonly unknown[])[]])[] = [
      ["tcp dport 22 accept", [tcp22, ACCEPT], [sets, ACCEPT]],
      [
        "ct state { established, related } counter accept",
        [states(["related", "established"]), { counter: null }, ACCEPT],
        [
          states({ set: ["established", "related"] }),
          { counter: { packets: 7, bytes: 9 } },
          ACCEPT,
        ],
      ],
      ["reject", [{ reject: null }], [{ reject: { type: "icmpx", expr: "port-unreachable" } }]],
      [
        "meta l4proto icmpv6 accept",
        [match({ meta: { key: "l4proto" } }, "ipv6-icmp"), ACCEPT],
        [match({ meta: { key: "l4proto" } }, 58), ACCEPT],
      ],
      [
        "limit rate 3/minute burst 5 packets log",
        [{ limit: { rate: 3, burst: 5, per: "minute" } }, { log: null }],
        [
          { limit: { rate: 3, burst: 5, per: "minute", rate_unit: "packets" } },
          { log: { level: "warn" } },
        ],
      ],
    ];
    for (const [text, ...spellings] of same) {
      for (const expr of spellings) assert.equal(ruleOf(expr), text);
    }
  });

  test("K7: what is not understood is kept as it is, and is never taken for a rule that is", () => {
    const dport = { payload: { protocol: "tcp", field: "dport" } };
    const unknown: readonly (readonly unknown[])[] = [
      [{ match: { op: "!=", left: dport, right: 22 } }, ACCEPT],
      [{ match: { op: "==", left: dport, right: 22, new: true } }, ACCEPT],
      [match({ meta: { key: "skuid" } }, 0), ACCEPT],
      [{ counter: { packets: 0, bytes: 0 } }, match(dport, 22), ACCEPT],
      [{ counter: "named" }, ACCEPT],
      [{ limit: { rate: 3, burst: 5, per: "minute", inv: true } }, { drop: null }],
      [match(dport, 22), match(dport, 23), ACCEPT],
      [match({ payload: { protocol: "th", field: "dport" } }, 22), ACCEPT],
      [{ reject: { type: "icmp", expr: "host-prohibited" } }],
      [{ masquerade: { flags: "random" } }],
      [{ queue: { num: 0 } }],
      [{ xt: null }],
      [ACCEPT, { drop: null }],
    ];
    for (const expr of unknown) assert.equal(ruleOf(expr), `other ${JSON.stringify(expr)}`);
  });

  test("K7: sets with elements that come and go, and things of other types, are others", () => {
    const set = { ...IN_TABLE, name: "s", type: "ipv4_addr", handle: 3 };
    const things = [
      { set: { ...set, flags: ["timeout"], timeout: 60 } },
      { set: { ...set, flags: ["interval"], elem: [{ concat: ["10.0.0.1", 22] }] } },
      { map: { ...set, map: "ipv4_addr" } },
      { counter: { ...IN_TABLE, name: "c", packets: 0, bytes: 0 } },
      { chain: { ...IN_TABLE, name: "c", type: "filter", hook: "ingress", dev: "eth0", prio: 0 } },
    ];
    for (const thing of things) {
      const { sets, maps, chains, others } = tableOf([thing]);
      assert.deepEqual([sets, maps, chains], [[], [], []]);
      assert.equal(others.length, 1);
      assert.doesNotMatch(others[0] ?? "", /handle/);
    }
    assert.deepEqual(tableOf([{ set: { ...set, comment: "theirs" } }]).others, []);
  });

  test("K7: a table, a chain or a rule that says more of itself than is read is never taken for one that does not", () => {
    const table = { family: "inet", name: "t", handle: 7, comment: "theirs" };
    assert.deepEqual(tableOf([], table).others, []);
    for (const flags of ["dormant", ["dormant"], ["owner", "persist"]]) {
      const { others } = tableOf([], { ...table, flags });
      assert.deepEqual(others, [JSON.stringify({ table: { ...table, handle: undefined, flags } })]);
    }
    const base = { ...IN_TABLE, name: "c", type: "filter", hook: "input", prio: 0 };
    assert.equal(
      tableOf([{ chain: { ...base, policy: "drop", comment: "theirs" } }]).chains.length,
      1,
    );
    for (const more of [{ flags: "offload" }, { policy: "queue" }, { dev: "eth0" }]) {
      assert.equal(tableOf([{ chain: { ...base, ...more } }]).others.length, 1);
    }
    assert.equal(
      tableOf([{ chain: { ...IN_TABLE, name: "c", flags: ["binding"] } }]).others.length,
      1,
    );
    const rule = { ...IN_TABLE, chain: "c", handle: 2, expr: [ACCEPT], until: "noon" };
    const { chains } = tableOf([{ chain: base }, { rule }]);
    assert.match(chains[0]?.rules[0]?.other ?? "", /noon/);
  });
});

function match(left: unknown, right: unknown) {
  return { match: { op: "==", left, right } };
}

function tableOf(things: readonly unknown[], table: object = { family: "inet", name: "t" }) {
  const document = { nftables: [{ metainfo: {} }, { table }, ...things] };
  const { observed } = readListing(`${JSON.stringify(document)}\n`).get("t") ?? assert.fail();
  return observed;
}

function ruleOf(expr: readonly unknown[]): string {
  const chain = { chain: { ...IN_TABLE, name: "c", handle: 1 } };
  const { chains } = tableOf([chain, { rule: { ...IN_TABLE, chain: "c", handle: 2, expr } }]);
  const [found] = chains[0]?.rules ?? [];
  return found?.rule ? ruleText(found.rule) : `other ${String(found?.other)}`;
}
