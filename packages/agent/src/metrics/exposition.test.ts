import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Counter, expositionOf, gauge, Histogram } from "./exposition.ts";

/** A line of the format: a name, labels that may hold anything escaped, and a number. */
const LINE =
  /^[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)+\})? (?:[-+]?[\d.e+-]+|\+Inf)$/;

test("metrics: the text has the form of the exposition format, whatever the labels hold", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (values) => {
      const counter = new Counter({ name: "c_total", help: "one\ntwo \\ three" });
      const histogram = new Histogram({ name: "h_seconds", help: "h" }, [0.1, 1, 10]);
      for (const [label, value] of values) {
        counter.add({ label });
        histogram.observe({ label }, value);
      }
      const size = gauge({ name: "g", help: "g" }, () => [[{}, values.length]]);
      const text = expositionOf([counter, histogram, size]);
      assert.ok(text.endsWith("\n"));
      for (const line of text.slice(0, -1).split("\n")) {
        if (!line.startsWith("# ")) assert.match(line, LINE);
      }
      assert.match(text, /^# HELP c_total one\\ntwo \\\\ three\n# TYPE c_total counter\n/);
    }),
  );
});

test("metrics: the buckets of a histogram rise to its count, and its sum is that of all values", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 40 }), { minLength: 1 }), (values) => {
      const histogram = new Histogram({ name: "h", help: "h" }, [0, 10, 20]);
      for (const value of values) histogram.observe({}, value);
      const numbers = histogram.lines().map((line) => Number(line.split(" ")[1]));
      const below = (bound: number) => values.filter((value) => value <= bound).length;
      const sum = values.reduce((left, right) => left + right, 0);
      assert.deepEqual(numbers, [
        below(0),
        below(10),
        below(20),
        values.length,
        sum,
        values.length,
      ]);
    }),
  );
});

test("metrics: a counter counts each combination of labels for itself", () => {
  const counter = new Counter({ name: "c_total", help: "c" });
  counter.add({ kind: "file" });
  counter.add({ kind: "exec" }, 3);
  counter.add({ kind: "file" });
  assert.deepEqual(counter.lines(), ['c_total{kind="file"} 2', 'c_total{kind="exec"} 3']);
});
