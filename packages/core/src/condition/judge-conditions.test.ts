import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judgeConditions, type Judgement, type Truth } from "./judge-conditions.ts";
import {
  type LeafCondition,
  leafKey,
  leavesOf,
  type MachineCondition,
} from "./machine-condition.ts";

const NAMES = ["/a", "/b", "/c"];
const anyLeaf: fc.Arbitrary<MachineCondition> = fc.constantFrom(
  ...NAMES.flatMap((path): MachineCondition[] => [{ file: path }, { mount: path }]),
);
const { anyCondition } = fc.letrec<{ anyCondition: MachineCondition }>((tie) => ({
  anyCondition: fc.oneof(
    { maxDepth: 4 },
    anyLeaf,
    tie("anyCondition").map((not) => ({ not })),
    fc.array(tie("anyCondition"), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie("anyCondition"), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
  ),
}));

type World = ReadonlyMap<string, Truth["type"]>;

/** A truth for every leaf there can be. */
const anyWorld: fc.Arbitrary<World> = fc
  .array(fc.constantFrom<Truth["type"]>("holds", "fails", "unknown"), {
    minLength: NAMES.length * 2,
    maxLength: NAMES.length * 2,
  })
  .map((truths) => new Map(keys.map((key, at) => [key, truths[at] ?? "unknown"])));

const keys = NAMES.flatMap((subject) =>
  (["file", "mount"] as const).map((type) => leafKey({ type, subject })),
);

function judgeIn(world: World, conditions: readonly MachineCondition[]): Judgement {
  return judgeConditions(conditions, (leaf: LeafCondition) => {
    const type = world.get(leafKey(leaf)) ?? "unknown";
    return type === "unknown" ? { type, why: "fog" } : { type };
  });
}

test("B5: all, any and not keep the laws of De Morgan, and a list is an all", () => {
  fc.assert(
    fc.property(anyWorld, fc.array(anyCondition, { minLength: 1, maxLength: 3 }), (world, list) => {
      const typeOf = (condition: MachineCondition): string => judgeIn(world, [condition]).type;
      const each = list.map((not): MachineCondition => ({ not }));
      assert.equal(typeOf({ not: { all: list } }), typeOf({ any: each }));
      assert.equal(typeOf({ not: { any: list } }), typeOf({ all: each }));
      assert.equal(typeOf({ not: { not: { all: list } } }), judgeIn(world, list).type);
    }),
  );
});

test("B5: an unknown condition never decides: its answer changes no judgement that was made", () => {
  fc.assert(
    fc.property(anyWorld, anyWorld, anyCondition, (world, learned, condition) => {
      const later = new Map(
        [...world].map(([key, truth]) => [
          key,
          truth === "unknown" ? (learned.get(key) ?? truth) : truth,
        ]),
      );
      const before = judgeIn(world, [condition]);
      if (before.type === "unknown") return;
      assert.equal(judgeIn(later, [condition]).type, before.type);
    }),
  );
});

test("B5: without fog the judgement is that of plain logic", () => {
  const plain = (world: World, condition: MachineCondition): boolean => {
    if ("all" in condition) return condition.all.every((one) => plain(world, one));
    if ("any" in condition) return condition.any.some((one) => plain(world, one));
    if ("not" in condition) return !plain(world, condition.not);
    return leavesOf([condition]).every((leaf) => world.get(leafKey(leaf)) === "holds");
  };
  fc.assert(
    fc.property(anyWorld, anyCondition, (foggy, condition) => {
      const world = new Map(
        [...foggy].map(([key, truth]) => [key, truth === "unknown" ? "fails" : truth]),
      );
      const judged = judgeIn(world, [condition]);
      assert.equal(judged.type, plain(world, condition) ? "holds" : "fails");
      assert.match(judged.words, /\S/);
    }),
  );
});

test("B5: the missing parts are named in words, each once", () => {
  const world = new Map<string, Truth>([
    ["mount /srv", { type: "fails" }],
    ["tcp db:5432", { type: "fails", why: "connection refused" }],
    ["interface eth0", { type: "unknown", why: "no /sys here" }],
    ["file /flag", { type: "holds" }],
  ]);
  const check = (conditions: readonly MachineCondition[], expected: string): void => {
    const judged = judgeConditions(
      conditions,
      (leaf) => world.get(leafKey(leaf)) ?? { type: "holds" },
    );
    assert.equal(`${judged.type}: ${judged.words}`, expected);
  };
  const mount = { mount: "/srv" };
  const tcp = { tcp: "db:5432" };
  const eth = { interface: "eth0" };
  check([mount, { file: "/flag" }], "fails: /srv is no mount point");
  check(
    [mount, tcp, mount],
    "fails: /srv is no mount point and db:5432 does not answer (connection refused)",
  );
  check([eth], "unknown: it is unknown whether interface eth0 is up (no /sys here)");
  check([eth, mount], "fails: /srv is no mount point");
  check([{ not: { file: "/flag" } }], "fails: /flag exists");
  check([{ any: [mount, { file: "/flag" }] }], "holds: /flag exists");
  check(
    [{ any: [mount, eth] }],
    "unknown: /srv is no mount point and it is unknown whether interface eth0 is up (no /sys here)",
  );
  check([], "holds: ");
});

test("B5: leaves are listed once, however many use them", () => {
  const conditions = [{ file: "/a" }, { any: [{ not: { file: "/a" } }, { mount: "/a" }] }];
  assert.deepEqual(leavesOf(conditions), [
    { type: "file", subject: "/a" },
    { type: "mount", subject: "/a" },
  ]);
});
