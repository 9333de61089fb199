import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { beforeOf } from "@holdfast/core";
import { createStandardCatalog } from "./standard-kinds.ts";

const catalog = createStandardCatalog();
/** Specs with which more goes than is described. */
const LOSING: readonly (readonly [string, string, object])[] = [
  ["user", "ann", { state: "absent", removeHome: true }],
  ["directory", "/srv/site", { state: "absent", force: true }],
  ["package", "web", { state: "absent", purge: true }],
  ["container-volume", "data", { state: "absent", force: true }],
];

suite("what goes with a thing and is not described", () => {
  test("is said to be lost, also where a secret is declared and what was declared is on record", () => {
    for (const [name, resource, input] of LOSING) {
      const kind = catalog.get(name) ?? assert.fail(name);
      const spec = kind.bind(resource, input, (path, summary) =>
        assert.fail(`${path}: ${summary}`),
      );
      assert.equal(kind.losesContent?.(spec), true);
      const declaration = { manifest: "site", spec: { password: "‹secret›" } };
      const last = { specDigest: "", fingerprint: "", provenance: "created", declaration } as const;
      for (const asLeft of [undefined, last]) {
        for (const hasSecrets of [false, true]) {
          const observed = {};
          const asked = { kind: { ...kind, diff: () => [] }, spec, observed, hasSecrets, asLeft };
          const before = beforeOf({ ...asked, changes: [] });
          assert.deepEqual(before, {
            type: "lost",
            why: "it goes with all that is in it, and that is not kept",
          });
        }
      }
    }
  });

  test("is the home of a user only if that is to go: else what was declared gives the user back", () => {
    const kind = catalog.get("user") ?? assert.fail();
    const spec = kind.bind("ann", { state: "absent" }, () => assert.fail());
    const declaration = { manifest: "site", spec: { password: "‹secret›" } };
    const asLeft = { specDigest: "", fingerprint: "", provenance: "created", declaration } as const;
    const before = beforeOf({ kind, spec, observed: {}, changes: [], hasSecrets: true, asLeft });
    assert.deepEqual(before, { type: "input", input: declaration.spec });
  });
});
