import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Hint, HintKind } from "./hint.ts";
import { idleWork, type Queueable, WorkQueue } from "./work-queue.ts";

interface Item extends Queueable<Item> {
  readonly name: string;
  dependencies: Item[];
  dependents: Item[];
}

const KINDS: readonly HintKind[] = ["watch", "poll", "retry", "dependency", "operator"];

/** Items in a chain of `edges`: item `to` comes after item `from`, which is always an earlier one. */
function itemsOf(count: number, edges: readonly (readonly [number, number])[]): readonly Item[] {
  const items = Array.from(
    { length: count },
    (_, at): Item => ({
      name: `i${at}`,
      bulk: "x",
      work: idleWork(),
      dependencies: [],
      dependents: [],
    }),
  );
  for (const [one, other] of edges) {
    const [from, to] = [items[Math.min(one, other)], items[Math.max(one, other)]];
    if (from === undefined || to === undefined || from === to) continue;
    if (to.dependencies.includes(from)) continue;
    to.dependencies.push(from);
    from.dependents.push(to);
  }
  return items;
}

function hint(kind: HintKind, stamp = 1): Hint {
  return { kind, trigger: kind, atMs: stamp, stamp };
}

type Step =
  | { readonly type: "hint"; readonly item: number; readonly kind: HintKind }
  | { readonly type: "take" }
  | { readonly type: "done"; readonly which: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("hint" as const),
    item: fc.nat({ max: 5 }),
    kind: fc.constantFrom(...KINDS),
  }),
  fc.record({ type: fc.constant("take" as const) }),
  fc.record({ type: fc.constant("done" as const), which: fc.nat({ max: 5 }) }),
);

test("D3, promise 2: never twice at once, kinds are kept, a hint meanwhile is one more run, nothing is dropped", () => {
  const anyEdges = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { maxLength: 8 });
  fc.assert(
    fc.property(anyEdges, fc.array(anyStep, { maxLength: 60 }), (edges, steps) => {
      const items = itemsOf(6, edges);
      const queue = new WorkQueue<Item>();
      const owed = new Map<Item, Set<HintKind>>();
      const running: Item[] = [];
      const take = (): boolean => {
        const next = queue.take();
        if (next === undefined) return false;
        assert.ok(!running.includes(next.item), "processed twice at once");
        assert.deepEqual(next.hints.kinds, owed.get(next.item), "the set of kinds");
        for (const dependency of next.item.dependencies) {
          const isBusy = running.includes(dependency) || owed.has(dependency);
          assert.ok(!isBusy, "given out before its dependency is through");
        }
        owed.delete(next.item);
        running.push(next.item);
        return true;
      };
      const finish = (which: number): void => {
        const [item] = running.splice(which % running.length, 1);
        if (item !== undefined) queue.done(item);
      };
      for (const step of steps) {
        if (step.type === "take") take();
        else if (step.type === "done") {
          if (running.length > 0) finish(step.which);
        } else {
          const item = items[step.item];
          if (item === undefined) continue;
          queue.add(item, hint(step.kind));
          owed.set(item, (owed.get(item) ?? new Set()).add(step.kind));
        }
        assert.equal(queue.isIdle, running.length === 0 && owed.size === 0);
      }
      while (take() || running.length > 0) if (running.length > 0) finish(0);
      assert.equal(owed.size, 0, "everything that was asked for was run");
      assert.ok(queue.isIdle);
    }),
    { numRuns: 500 },
  );
});

test("the queue is fair: the first item goes first, and an item that comes again goes behind", () => {
  const items = itemsOf(3, []);
  const queue = new WorkQueue<Item>();
  for (const item of items) queue.add(item, hint("watch"));
  const order: string[] = [];
  for (let round = 0; round < 6; round++) {
    const next = queue.take();
    assert.ok(next);
    order.push(next.item.name);
    queue.add(next.item, hint("watch"));
    queue.done(next.item);
  }
  assert.deepEqual(order, ["i0", "i1", "i2", "i0", "i1", "i2"]);
});

test("what left the graph is forgotten, and its dependents go on", () => {
  const items = itemsOf(2, [[0, 1]]);
  const [base, top] = items;
  assert.ok(base && top);
  const queue = new WorkQueue<Item>();
  queue.add(base, hint("watch"));
  queue.add(top, hint("watch"));
  assert.equal(queue.take()?.item, base);
  queue.done(base);
  queue.add(base, hint("watch"));
  top.dependencies = [];
  queue.forget(base);
  queue.recount([top]);
  assert.equal(queue.take()?.item, top);
});
