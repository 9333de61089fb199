import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { beforeOf, type JsonObject } from "@holdfast/core";
import { createStandardCatalog } from "../standard-kinds.ts";
import type { ContainerVolumeInput } from "./spec.ts";

suite("container-volume", () => {
  test("what was in a volume that is removed or made anew no undo gives back, though it was as Holdfast left it", () => {
    const kind = createStandardCatalog().get("container-volume");
    assert.ok(kind !== undefined);
    const observed = { driver: "local", options: {}, labels: {} };
    const before = (input: ContainerVolumeInput, found: JsonObject | undefined) => {
      const spec = kind.bind("data", input, () => assert.fail());
      const changes = kind.diff(spec, found);
      const declaration = { manifest: "site", spec: { force: true } };
      const asLeft = {
        specDigest: "",
        fingerprint: "",
        provenance: "created",
        declaration,
      } as const;
      return beforeOf({ kind, spec, observed: found, changes, hasSecrets: false, asLeft }).type;
    };
    assert.equal(before({ labels: { for: "web" }, force: true }, observed), "lost");
    assert.equal(before({ state: "absent", force: true }, observed), "lost");
    assert.equal(before({ force: true }, undefined), "absent");
  });
});
