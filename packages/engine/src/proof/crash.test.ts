import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bench, type DeclaredCell } from "./bench.ts";

/** The next life of an agent that was killed: same ledger, same world. */
function nextLife(killed: Bench): Bench {
  const next = new Bench({ ledger: killed.ledger, seed: 2 });
  for (const [name, value] of killed.cells.values) next.cells.values.set(name, value);
  return next;
}

test("promise 9: after a kill at any moment the next start finds what was in flight, clears it and converges", async () => {
  const cells: DeclaredCell[] = Array.from({ length: 8 }, (_, at) => ({
    name: `c${at}`,
    ...(at % 3 === 0 ? {} : { meta: { dependsOn: [`cell:c${at - 1}` as never] } }),
  }));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 90 }), fc.nat(), async (killAfterMs, seed) => {
      const killed = new Bench({ seed, takesMs: (verb) => (verb === "apply" ? 10 : 2) });
      await killed.load(cells);
      void killed.engine.converge(killed.signal);
      await killed.clock.advance(killAfterMs);

      const inFlight = killed.ledger.inFlight();
      const next = nextLife(killed);
      const results = await next.converge(cells);
      assert.equal(next.ledger.inFlight().length, 0);
      for (const { status } of results.values()) assert.match(status, /^(ok|changed)$/);
      for (const { name } of cells) assert.equal(next.cells.values.get(name), "good");
      for (const { id } of inFlight) {
        const name = id.slice("cell:".length);
        const own = next.cells.calls.filter((call) => call.name === name).map(({ verb }) => verb);
        assert.equal(own[0], "recover", `${name} is cleared before it is looked at`);
      }
    }),
    { numRuns: 60 },
  );
});

test("promise 9: what was in flight and is no longer declared is said, and left alone", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "gone" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = nextLife(killed);
  await next.converge([{ name: "other" }]);
  assert.equal(next.count("recover", "gone"), 0);
  assert.equal(next.ledger.inFlight().length, 1, "still there when it is declared again");
  assert.match(next.warnings.join("\n"), /cut off/);
});

test("promise 9: litter that cannot be cleared does not keep a resource from being made", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = nextLife(killed);
  next.cells.trouble.set("recover:a", "fail");
  const results = await next.converge([{ name: "a" }]);
  assert.equal(results.get("a")?.status, "changed");
});

test("promise 9: detect mode clears nothing", async () => {
  const killed = new Bench({ takesMs: (verb) => (verb === "apply" ? 10 : 0) });
  await killed.load([{ name: "a" }]);
  void killed.engine.converge(killed.signal);
  await killed.clock.advance(5);
  const next = new Bench({ ledger: killed.ledger, mode: "detect" });
  await next.converge([{ name: "a" }]);
  assert.equal(next.count("recover", "a"), 0);
});
