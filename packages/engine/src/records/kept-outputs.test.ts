import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "@holdfast/core";
import fc from "fast-check";
import { KeptOutputs } from "./kept-outputs.ts";

const IDS = Array.from({ length: 60 }, (_, at) => resourceId("exec", `e${at}`));
const MOST_CHARACTERS = 4_194_304;

test("D19: of outputs the last of each is kept, the newest always, and all together within a bound", () => {
  const writing = fc.record({
    at: fc.nat({ max: IDS.length - 1 }),
    size: fc.constantFrom(0, 10, 65_536, 131_072),
  });
  fc.assert(
    fc.property(fc.array(writing, { maxLength: 100 }), (writings) => {
      const outputs = new KeptOutputs();
      const last = new Map<number, number>();
      for (const { at, size } of writings) {
        const id = IDS[at] ?? assert.fail();
        outputs.keep(id, { stdout: "x".repeat(size), stderr: "", isTruncated: false });
        last.set(at, size);
        assert.equal(outputs.of(id)?.stdout.length, size);
      }
      const kept = IDS.flatMap((id, at) => {
        const output = outputs.of(id);
        if (output !== undefined) assert.equal(output.stdout.length, last.get(at));
        return output === undefined ? [] : [output.stdout.length];
      });
      const sum = kept.reduce((all, one) => all + one, 0);
      assert.ok(sum <= MOST_CHARACTERS);
      for (const id of IDS) outputs.forget(id);
      assert.ok(IDS.every((id) => outputs.of(id) === undefined));
    }),
    { numRuns: 30 },
  );
});
