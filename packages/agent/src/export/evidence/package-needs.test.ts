import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackageRecord } from "@holdfast/host";
import fc from "fast-check";
import { bringerOf, neededBy, resolveNeeds, withoutNeeded } from "./package-needs.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const anyName = fc.constantFrom(...NAMES);
const anyRecords = fc
  .tuple(
    ...NAMES.map((name) =>
      fc.record({
        name: fc.constant(name),
        isBasic: fc.constant(false),
        needs: fc.array(fc.array(fc.oneof(anyName, fc.constantFrom("v", "w")), { minLength: 1 }), {
          maxLength: 3,
        }),
        provides: fc.subarray(["v", "w"]),
        conffiles: fc.constant([]),
      }),
    ),
  )
  .map((all): ReadonlyMap<string, PackageRecord> => new Map(all.map((one) => [one.name, one])));

test("§8 every package that is not listed comes along with one that is, and none of those does", () => {
  fc.assert(
    fc.property(anyRecords, fc.subarray(NAMES), (records, chosen) => {
      const needs = resolveNeeds(records);
      const kept = withoutNeeded(chosen, needs);
      const brought = neededBy(kept, needs);
      for (const name of chosen) assert.ok(kept.includes(name) || brought.has(name), name);
      for (const name of kept) {
        const others = kept.filter((other) => other !== name);
        assert.ok(!neededBy(others, needs).has(name), `${name} of ${kept.join()}`);
      }
    }),
  );
});

test("what brings a package is it itself, or one that needs it", () => {
  fc.assert(
    fc.property(anyRecords, fc.subarray(NAMES), anyName, (records, declared, wanted) => {
      const needs = resolveNeeds(records);
      const bringer = bringerOf([wanted], declared, needs);
      const possible = declared.filter(
        (name) => name === wanted || neededBy([name], needs).has(wanted),
      );
      if (bringer === undefined) assert.deepEqual(possible, []);
      else assert.ok(possible.includes(bringer));
      if (declared.includes(wanted)) assert.equal(bringer, wanted);
    }),
  );
});

test("a need is met as apt meets it: by the first that is there, by a name that only one stands for", () => {
  const record = (name: string, needs: readonly (readonly string[])[], provides: string[] = []) =>
    [name, { name, isBasic: false, needs, provides, conffiles: [] }] as const;
  const needs = resolveNeeds(
    new Map([
      record("app", [["absent", "second", "third"], ["virtual"], ["ambiguous"]]),
      record("second", []),
      record("third", [], ["ambiguous"]),
      record("only", [], ["virtual", "ambiguous"]),
    ]),
  );
  assert.deepEqual(needs.get("app"), ["second", "only"]);
  assert.deepEqual(withoutNeeded(["app", "only", "second", "third"], needs), ["app", "third"]);
});

test("of packages that need each other the first stays", () => {
  const record = (name: string, need: string) =>
    [name, { name, isBasic: false, needs: [[need]], provides: [], conffiles: [] }] as const;
  const needs = resolveNeeds(new Map([record("a", "b"), record("b", "a")]));
  assert.deepEqual(withoutNeeded(["a", "b"], needs), ["a"]);
});
