import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGraph, createCatalog, silentLog } from "@holdfast/core";
import { FakeResources } from "@holdfast/testing";
import fc from "fast-check";
import { ownershipWords } from "./ownership-words.ts";

const fakes = new FakeResources({ nowMs: () => 0, pause: async () => {} });
/** Each owns a part of the file that its value names, or all of one that begins with `whole`. */
const kind: typeof fakes.kind = {
  ...fakes.kind,
  owns: ({ value }) => [{ thing: `path:/${value}`, isWhole: value.startsWith("whole") }],
};
const catalog = createCatalog([kind]);

/** What is said of the first of resources that own these. */
function wordsOfFirst(values: readonly string[]): string {
  const resources = values.map((value, at) => {
    const name = `r${at}`;
    const input = { value };
    return { id: fakes.id(name), kind: "fake", name, spec: { ...input, name }, input, meta: {} };
  });
  const { value: graph } = buildGraph(resources, { catalog, log: silentLog });
  assert(graph !== undefined);
  return ownershipWords(graph, catalog, fakes.id("r0"));
}

test("G6: who owns a part of a file is told the others that own parts of that file, and no others", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 6 }), (values) => {
      const words = wordsOfFirst(values);
      const others = values.flatMap((value, at) => (at > 0 && value === values[0] ? [at] : []));
      assert.match(words, new RegExp(`^it owns a part of /${values[0]}`));
      const named = [...words.matchAll(/fake:r(\d)/g)].map(([, at]) => Number(at));
      assert.deepEqual(named, others.slice(0, 3));
      assert.equal(words.includes(" more"), others.length > 3);
    }),
  );
});

test("G6: of who owns a whole file nothing is to be said", () => {
  assert.equal(wordsOfFirst(["whole", "a"]), "");
});
