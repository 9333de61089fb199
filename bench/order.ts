import { type Adjacency, adjacencyOf, orderGraph } from "@holdfast/core";
import { Bench } from "tinybench";
import { aimAtMost, type Row } from "./row.ts";

/** Edges of a graph: `dependents[e]` comes after `dependencies[e]`. */
interface Shape {
  readonly name: string;
  readonly count: number;
  readonly dependents: Uint32Array;
  readonly dependencies: Uint32Array;
  readonly aimMs?: number;
}

/** The order of graphs, in process and warm, against a plain queue over the same arrays that keeps no tie order. */
export async function benchOrder(isQuick: boolean): Promise<readonly Row[]> {
  const million = isQuick ? 100_000 : 1_000_000;
  const shapes = [
    { ...chain(2_000), name: "order of 2,000, a chain as declared", aimMs: 0.05 },
    { ...reversed(chain(2_000)), name: "order of 2,000, a chain declared backwards", aimMs: 0.05 },
    { ...layers(10, 200, 1), name: "order of 2,000, ten layers as declared", aimMs: 0.05 },
    { ...reversed(layers(10, 200, 1)), name: "order of 2,000, ten layers backwards", aimMs: 0.05 },
    { ...layers(10, 200, 200), name: "order of 2,000, 360,000 edges as declared", aimMs: 1 },
    {
      ...reversed(layers(10, 200, 200)),
      name: "order of 2,000, 360,000 edges backwards",
      aimMs: 1,
    },
    { ...scattered(million), name: `order of ${million.toLocaleString("en")}, two edges each` },
  ];
  const rows: Row[] = [];
  for (const shape of shapes) rows.push(await benchShape(shape, isQuick ? 100 : 500));
  return rows;
}

async function benchShape(shape: Shape, timeMs: number): Promise<Row> {
  const { name, count, dependents: from, dependencies: to, aimMs } = shape;
  const dependencies = adjacencyOf(count, { from, to });
  const dependents = adjacencyOf(count, { from: to, to: from });
  const bench = new Bench({
    time: timeMs,
    iterations: 3,
    warmupTime: timeMs / 5,
    warmupIterations: 1,
  });
  bench.add("order", () => void orderGraph(dependencies, dependents));
  bench.add("floor", () => void plainOrder(dependencies, dependents));
  await bench.run();
  const value = middleOf(bench, "order");
  const floor = middleOf(bench, "floor");
  const aims = aimMs === undefined ? [] : [aimAtMost(value, aimMs, "ms")];
  return { name, unit: "ms", value, floor, ratio: value / floor, aims };
}

function middleOf(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result?.state !== "completed") throw new Error(`${name} did not complete`);
  return result.latency.p50;
}

/** Kahn's algorithm with a plain queue. */
function plainOrder(dependencies: Adjacency, { offsets, targets }: Adjacency): Uint32Array {
  const count = offsets.length - 1;
  const missing = new Uint32Array(count);
  const order = new Uint32Array(count);
  let length = 0;
  for (let v = 0; v < count; v++) {
    missing[v] = (dependencies.offsets[v + 1] ?? 0) - (dependencies.offsets[v] ?? 0);
    if (missing[v] === 0) order[length++] = v;
  }
  for (let next = 0; next < length; next++) {
    const v = order[next] ?? 0;
    const end = offsets[v + 1] ?? 0;
    for (let e = offsets[v] ?? 0; e < end; e++) {
      const dependent = targets[e] ?? 0;
      const left = (missing[dependent] ?? 0) - 1;
      missing[dependent] = left;
      if (left === 0) order[length++] = dependent;
    }
  }
  return order;
}

function chain(count: number): Omit<Shape, "name"> {
  const dependents = Uint32Array.from({ length: count - 1 }, (_, index) => index + 1);
  const dependencies = Uint32Array.from({ length: count - 1 }, (_, index) => index);
  return { count, dependents, dependencies };
}

/** Layers in which every vertex depends on so many vertices of the layer before, up to all of them. */
function layers(depth: number, width: number, each: number): Omit<Shape, "name"> {
  const edges = (depth - 1) * width * each;
  const dependents = new Uint32Array(edges);
  const dependencies = new Uint32Array(edges);
  for (let edge = 0; edge < edges; edge++) {
    const layer = Math.floor(edge / (width * each));
    const column = Math.floor(edge / each) % width;
    dependents[edge] = (layer + 1) * width + column;
    dependencies[edge] = layer * width + ((column + (edge % each)) % width);
  }
  return { count: depth * width, dependents, dependencies };
}

/** The same graph declared in the opposite order, so that nothing is in order already. */
function reversed({ count, dependents, dependencies }: Omit<Shape, "name">): Omit<Shape, "name"> {
  const turn = (vertex: number): number => count - 1 - vertex;
  return { count, dependents: dependents.map(turn), dependencies: dependencies.map(turn) };
}

/** Every vertex depends on two others that a fixed sequence picks, declared in no order. */
function scattered(count: number): Omit<Shape, "name"> {
  const place = Uint32Array.from({ length: count }, (_, index) => index);
  const pick = pseudoRandom(7);
  for (let index = count - 1; index > 0; index--) {
    const other = pick(index + 1);
    [place[index], place[other]] = [place[other] ?? 0, place[index] ?? 0];
  }
  const dependents = new Uint32Array(2 * (count - 1));
  const dependencies = new Uint32Array(2 * (count - 1));
  for (let edge = 0; edge < dependents.length; edge++) {
    const vertex = 1 + (edge >> 1);
    dependents[edge] = place[vertex] ?? 0;
    dependencies[edge] = place[pick(vertex)] ?? 0;
  }
  return { count, dependents, dependencies };
}

/** A small generator (xorshift32), so that every run orders the same graph. */
function pseudoRandom(seed: number): (below: number) => number {
  let word = seed;
  return (below) => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return (word >>> 0) % below;
  };
}
