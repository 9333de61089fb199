import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalog } from "../resource/catalog.ts";
import type { AnyKind } from "../resource/kind.ts";
import { checkResources, type Declared } from "./check-resources.ts";
import { formatPath } from "./field-path.ts";
import { documentKind } from "./sample-kinds.ts";

/** A resource whose every field is located by its own path. */
function declared(name: string): Declared {
  const locate: Declared["locate"] = (path) => ({ file: `m.yaml(${formatPath(path)})` });
  return { kind: "pair", name, spec: {}, meta: {}, locate };
}

test("what a kind says of a spec together with its meta warns, and is located too", () => {
  const pair: AnyKind = {
    ...documentKind,
    kind: "pair",
    checkMeta: (_spec, { timeoutMs }, report) => {
      if (timeoutMs !== undefined) report("from", "Never comes", `not within ${timeoutMs} ms`);
    },
  };
  const late = { ...declared("late"), meta: { timeoutMs: 5 } };
  const { value, diagnostics } = checkResources([declared("good"), late], createCatalog([pair]));
  assert.equal(value?.length, 2);
  assert.deepEqual(diagnostics, [
    {
      severity: "warning",
      address: "pair:late",
      location: { file: "m.yaml(spec.from)" },
      summary: "Never comes",
      detail: "not within 5 ms",
    },
  ]);
});

test("what a kind says of a resource as a whole, or of one field, is located where it belongs", () => {
  const pair: AnyKind = {
    ...documentKind,
    kind: "pair",
    bind: (name, input, report) => {
      if (name === "whole") report("", "Contradiction", "from and to are the same");
      if (name === "field") report("to.path", "Wrong value", "to.path is not absolute");
      return input;
    },
  };
  const { value, diagnostics } = checkResources(
    [declared("whole"), declared("field"), declared("good")],
    createCatalog([pair]),
  );
  assert.equal(value, undefined);
  assert.deepEqual(
    diagnostics.map(({ address, location, detail }) => `${location?.file} ${address}: ${detail}`),
    [
      "m.yaml() pair:whole: from and to are the same",
      "m.yaml(spec.to.path) pair:field: to.path is not absolute",
    ],
  );
});
