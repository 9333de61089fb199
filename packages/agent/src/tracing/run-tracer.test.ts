import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceId } from "@holdfast/core";
import { seededRandom, VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { createRunTracer, type Span } from "./run-tracer.ts";

function rig() {
  const clock = new VirtualClock();
  const traces: (readonly Span[])[] = [];
  const onTrace = (spans: readonly Span[]) => traces.push(spans);
  return { clock, traces, observer: createRunTracer({ clock, random: seededRandom(1), onTrace }) };
}

const id = resourceId("file", "/etc/motd");

test("a run is one trace: its stages, nested and timed, below a root that says what it came to", async () => {
  const { clock, traces, observer } = rig();
  const wallMs = clock.wallMs();
  const observe = observer.stage(id, "observe");
  await clock.advance(10);
  observe();
  const verify = observer.stage(id, "verify");
  clock.jumpWall(3_600_000);
  const again = observer.stage(id, "observe");
  await clock.advance(5);
  again();
  verify();
  observer.ended(id, { verdict: "failed", reason: "DiskFull" });
  const [[root, ...stages] = []] = traces;
  assert.ok(root);
  assert.deepEqual(root.attributes, {
    "holdfast.resource.id": "file:/etc/motd",
    "holdfast.resource.kind": "file",
    "holdfast.verdict": "failed",
    "holdfast.reason": "DiskFull",
  });
  assert.deepEqual([root.name, root.isError, root.parentSpanId], ["reconcile", true, undefined]);
  assert.deepEqual(
    [root.startMs - wallMs, root.endMs - wallMs],
    [0, 15],
    "a jump stretches nothing",
  );
  const spans = Object.fromEntries(
    stages.map((span) => [`${span.name} ${span.startMs - wallMs}`, span]),
  );
  assert.equal(spans["observe 0"]?.parentSpanId, root.spanId);
  assert.equal(spans["verify 10"]?.parentSpanId, root.spanId);
  assert.equal(spans["observe 10"]?.parentSpanId, spans["verify 10"].spanId);
});

test("whatever runs side by side: every trace is one tree, spans lie in their parents, ids are unique", () => {
  const names = ["a", "b", "c"] as const;
  const act = fc.record({
    name: fc.constantFrom(...names),
    does: fc.constantFrom("begin", "end", "over"),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const { traces, observer } = rig();
      const open = new Map<string, (() => void)[]>(names.map((name) => [name, []]));
      let ended = 0;
      for (const { name, does } of acts) {
        const stack = open.get(name) ?? [];
        if (does === "begin") stack.push(observer.stage(resourceId("fake", name), "observe"));
        else if (does === "end") stack.pop()?.();
        else {
          ended += 1;
          observer.ended(resourceId("fake", name), { verdict: "inSync" });
          // Work that was given up ends after its run did: that is harmless.
          for (const late of stack.splice(0)) late();
        }
      }
      assert.ok(traces.length <= ended);
      const ids = traces.flat().map(({ spanId }) => spanId);
      assert.equal(new Set(ids).size, ids.length);
      for (const [root, ...stages] of traces) {
        assert.ok(root && stages.length > 0 && stages.length <= 64);
        const byId = new Map([root, ...stages].map((span) => [span.spanId, span]));
        for (const { traceId, parentSpanId = "", startMs, endMs } of stages) {
          const parent = byId.get(parentSpanId);
          assert.ok(parent && parent.startMs <= startMs && endMs <= parent.endMs);
          assert.equal(traceId, root.traceId);
        }
      }
    }),
  );
});
