import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { adjacencyOf } from "./adjacency.ts";
import { orderGraph } from "./order.ts";
import { ReadySet } from "./ready-set.ts";

type Edge = readonly [after: number, before: number];

/** Any edges between so many vertices, in any direction: often with cycles. */
const anyEdges: fc.Arbitrary<{ readonly count: number; readonly edges: readonly Edge[] }> = fc
  .integer({ min: 0, max: 40 })
  .chain((count) => {
    const vertex = fc.nat({ max: Math.max(0, count - 1) });
    const edges =
      count === 0 ? fc.constant([]) : fc.array(fc.tuple(vertex, vertex), { maxLength: 60 });
    return fc.record({ count: fc.constant(count), edges });
  });

function order(count: number, edges: readonly Edge[]) {
  const after = edges.map(([vertex]) => vertex);
  const before = edges.map(([, vertex]) => vertex);
  return orderGraph(
    adjacencyOf(count, { from: after, to: before }),
    adjacencyOf(count, { from: before, to: after }),
  );
}

/** The same by the book: again and again the smallest vertex that waits for no other. */
function plainOrder(count: number, edges: readonly Edge[]): number[] {
  const left = new Set(Array.from({ length: count }, (_, vertex) => vertex));
  const done: number[] = [];
  for (;;) {
    const isFree = (vertex: number): boolean =>
      edges.every(([after, before]) => after !== vertex || !left.has(before));
    const next = [...left].sort((a, b) => a - b).find(isFree);
    if (next === undefined) return done;
    left.delete(next);
    done.push(next);
  }
}

test("G2: the order is topological, with ties by declaration, and what lies on or behind a cycle is left out", () => {
  fc.assert(
    fc.property(anyEdges, ({ count, edges }) => {
      const expected = plainOrder(count, edges);
      const found = order(count, edges);
      assert.deepEqual([...found.order], expected);
      assert.equal(found.isCyclic, expected.length < count);
    }),
    { numRuns: 1_000 },
  );
});

test("G2, G5: a chain of 100,000 declared backwards comes out in order", () => {
  const count = 100_000;
  const edges = Array.from({ length: count - 1 }, (_, vertex): Edge => [vertex, vertex + 1]);
  const found = order(count, edges);
  assert.equal(found.isCyclic, false);
  assert.deepEqual([found.order[0], found.order.at(-1)], [count - 1, 0]);
});

test("the set of ready vertices gives its smallest member, whatever was added and taken before", () => {
  const anyStep = fc.option(fc.nat({ max: 4_999 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const set = new ReadySet(5_000);
      const model = new Set<number>();
      for (const member of steps) {
        if (member === undefined) {
          const smallest = model.size === 0 ? -1 : Math.min(...model);
          assert.equal(set.takeSmallest(), smallest);
          model.delete(smallest);
        } else if (!model.has(member)) {
          set.add(member);
          model.add(member);
        }
      }
      for (const member of [...model].sort((a, b) => a - b))
        assert.equal(set.takeSmallest(), member);
      assert.equal(set.takeSmallest(), -1);
    }),
  );
});

test("rows keep the order of their edges", () => {
  fc.assert(
    fc.property(anyEdges, ({ count, edges }) => {
      const rows = adjacencyOf(count, {
        from: edges.map(([from]) => from),
        to: edges.map(([, to]) => to),
      });
      for (let vertex = 0; vertex < count; vertex++) {
        const row = rows.targets.subarray(rows.offsets[vertex], rows.offsets[vertex + 1]);
        assert.deepEqual(
          [...row],
          edges.filter(([from]) => from === vertex).map(([, to]) => to),
        );
      }
    }),
  );
});
