import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as must } from "@holdfast/core";
import type { Trouble } from "@holdfast/testing";
import fc from "fast-check";
import { anyGraph } from "./any-graph.ts";
import { Bench, type DeclaredFake } from "./bench.ts";

const MINUTE_MS = 60_000;

/** Something that happens to the world or to the engine. */
type Event =
  | {
      readonly type: "tamper";
      readonly fake: number;
      readonly value: string | undefined;
      readonly isFromWatch: boolean;
    }
  | {
      readonly type: "trouble";
      readonly fake: number;
      readonly verb: string;
      readonly trouble: Trouble;
    }
  | { readonly type: "relief" }
  | { readonly type: "overflow" }
  | { readonly type: "watch breaks" }
  | { readonly type: "reload"; readonly value: string }
  | { readonly type: "wall clock jumps"; readonly byMs: number };

const fake = fc.nat({ max: 7 });
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    type: fc.constant("tamper" as const),
    fake,
    value: fc.option(fc.constantFrom("bad", "worse"), { nil: undefined }),
    isFromWatch: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("trouble" as const),
    fake,
    verb: fc.constantFrom("apply", "observe"),
    trouble: fc.constantFrom<Trouble>("fail", "throw", "hang", "no-effect", "unknown"),
  }),
  fc.record({
    type: fc.constantFrom("relief" as const, "overflow" as const, "watch breaks" as const),
  }),
  fc.record({ type: fc.constant("reload" as const), value: fc.constantFrom("good", "better") }),
  fc.record({
    type: fc.constant("wall clock jumps" as const),
    byMs: fc.integer({ min: -(10 ** 10), max: 10 ** 10 }),
  }),
);

/** What is declared at the moment. */
interface Declared {
  readonly fakes: readonly DeclaredFake[];
  readonly generation: number;
}

/** Lets one thing happen; returns what is declared from then on. */
async function happen(bench: Bench, event: Event, declared: Declared): Promise<Declared> {
  switch (event.type) {
    case "tamper":
      bench.fakes.tamperUnnoticed(`c${event.fake}`, event.value);
      if (event.isFromWatch) bench.fakes.hint(`c${event.fake}`, "tampered");
      break;
    case "trouble":
      bench.fakes.trouble.set(`${event.verb}:c${event.fake}`, event.trouble);
      break;
    case "relief":
      bench.fakes.trouble.clear();
      break;
    case "overflow":
      bench.fakes.overflow();
      break;
    case "watch breaks":
      bench.fakes.breakWatch();
      break;
    case "wall clock jumps":
      bench.clock.jumpWall(event.byMs);
      break;
    case "reload": {
      const fakes = declared.fakes.map((one) => ({ ...one, value: event.value }));
      const generation = declared.generation + 1;
      await bench.load(fakes, generation);
      return { fakes, generation };
    }
    default:
      must(false, "every event happens");
  }
  return declared;
}

/** No two applies of one lane overlap, and each begins after those of its dependencies that were under way. */
function assertOneAtATime(bench: Bench): void {
  const running = new Set<string>();
  for (const { verb, name } of bench.fakes.calls) {
    if (verb === "apply") {
      assert.ok(!running.has(name), `${name} is applied twice at once`);
      running.add(name);
    }
    if (verb === "apply-ends" || verb === "apply-fails") running.delete(name);
  }
}

test("promises 1, 2, 4, 7, 10 to 14: whatever happens, nothing overlaps, and when the world calms down all is as declared", async () => {
  const anyRun = fc.array(fc.record({ event: anyEvent, thenMs: fc.nat({ max: 20_000 }) }), {
    maxLength: 15,
  });
  await fc.assert(
    fc.asyncProperty(anyGraph(8), anyRun, fc.nat(), async (graph, run, seed) => {
      const bench = new Bench({
        seed,
        engine: { resourceTimeoutMs: 5_000 },
        takesMs: (verb) => (verb === "apply" ? 30 : 1),
      });
      const { served } = await bench.serve(graph);
      let declared: Declared = { fakes: graph, generation: 1 };
      for (const { event, thenMs } of run) {
        declared = await happen(bench, event, declared);
        await bench.clock.advance(thenMs);
      }
      bench.fakes.trouble.clear();
      // Longer than the longest wait: a stalled resource at the cap, then its dependents; and one resync.
      await bench.clock.advance(25 * MINUTE_MS);
      for (const { name, value = "good" } of declared.fakes) {
        assert.equal(bench.statusOf(name).type, "Ready", name);
        assert.equal(bench.fakes.values.get(name), value, name);
        assert.equal(bench.statusOf(name).observedGeneration, declared.generation);
      }
      assertOneAtATime(bench);
      assert.deepEqual(bench.ledger.inFlight(), []);
      bench.stop();
      await bench.clock.finish(served, MINUTE_MS);
      assert.equal(bench.clock.pending, 0, "no timer is left");
    }),
    { numRuns: 60 },
  );
});
