import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { openRealDirectory } from "../real-host/real-directory.ts";
import { createSimulatedKernel } from "../simulated-host/kernel/kernel.ts";
import { carryOut } from "./carry-out.ts";
import type { Operation } from "./operation.ts";
import { simulatedActor } from "./simulated-actor.ts";

const path = fc.constantFrom("/a", "/a/b", "/a/b/c", "/d", "/d/b");
const content = fc.constantFrom("", "text\n", "\u00e9\u0000");
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom("write" as const, "replace" as const),
      path,
      content,
      encoding: fc.constantFrom("utf8" as const, "latin1" as const),
      mode: fc.constantFrom(0o600, 0o4755),
    },
    { requiredKeys: ["type", "path", "content"] },
  ),
  fc.record({ type: fc.constant("truncate" as const), path, sizeBytes: fc.nat({ max: 8 }) }),
  fc.record({ type: fc.constantFrom("remove" as const, "fifo" as const), path }),
  fc.record({ type: fc.constant("rename" as const), path, to: path }),
  fc.record(
    { type: fc.constant("directory" as const), path, mode: fc.constantFrom(0o700, 0o1777) },
    { requiredKeys: ["type", "path"] },
  ),
  fc.record({
    type: fc.constant("symlink" as const),
    path,
    target: fc.constantFrom("b", "/a", "../..", "/etc"),
  }),
  fc.record({ type: fc.constant("hard-link" as const), path, target: path }),
  fc.record({ type: fc.constant("chmod" as const), path, mode: fc.constantFrom(0o744, 0o711) }),
);

/** Who owns what is not the same where others than root run this. */
function withoutOwners(tree: readonly string[]): readonly string[] {
  return tree.slice(1).map((line) => line.replace(/ \d+:\d+/, ""));
}

suite("operations", () => {
  test("any operations can be done in any order, and leave the same on both machines", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOperation, { maxLength: 12 }), async (operations) => {
        await using directory = openRealDirectory();
        const kernel = createSimulatedKernel();
        const actor = simulatedActor(kernel);
        for (const operation of operations) {
          carryOut(operation, directory.actor);
          carryOut(operation, actor);
          const expected = withoutOwners(directory.tree());
          assert.deepEqual(
            withoutOwners(kernel.inspect.tree()),
            expected,
            JSON.stringify(operation),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test("no operation leads out of the root through a link", async () => {
    await using outside = openRealDirectory();
    await using inside = openRealDirectory();
    carryOut({ type: "write", path: "/kept", content: "kept" }, outside.actor);
    const before = outside.tree();
    const out: Operation = { type: "symlink", path: "/out", target: outside.root };
    const operations: readonly Operation[] = [
      { type: "write", path: "/out/kept", content: "lost" },
      { type: "remove", path: "/out/kept" },
      { type: "chmod", path: "/out/kept", mode: 0o777 },
      { type: "chmod", path: "/out", mode: 0o777 },
      { type: "truncate", path: "/out/kept", sizeBytes: 0 },
      { type: "rename", path: "/out/kept", to: "/lost" },
      { type: "rename", path: "/out/kept", to: "/out/lost" },
      { type: "hard-link", path: "/lost", target: "/out/kept" },
      { type: "remove", path: "/out" },
    ];
    for (const operation of operations) {
      carryOut(out, inside.actor);
      carryOut(operation, inside.actor);
      assert.deepEqual(outside.tree(), before, JSON.stringify(operation));
    }
  });

  test("a path that is not below the root is a mistake of ours", () => {
    const actor = simulatedActor(createSimulatedKernel());
    for (const wrong of ["/", "a", "/a/", "/a/../b", "//a", "/..", "/./a"]) {
      assert.throws(() => carryOut({ type: "remove", path: wrong }, actor), assert.AssertionError);
    }
  });
});
