import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bench, type BenchOptions, type DeclaredFake } from "./bench.ts";

/** Three fakes lie on a mount: one directly, one on that, and one beside. */
function declared(bench: Bench, mount: Partial<DeclaredFake> = {}): readonly DeclaredFake[] {
  const on = (...names: readonly string[]) => ({ dependsOn: names.map((name) => bench.id(name)) });
  return [
    { name: "mount", ...mount },
    { name: "one", meta: on("mount") },
    { name: "two", meta: on("mount", "one") },
    { name: "aside" },
  ];
}

const LYING = ["one", "two"];

/** A bench that keeps what was changed while the mount was not there. */
function benchWithMount(options: BenchOptions) {
  const misplaced: string[] = [];
  const bench: Bench = new Bench({
    ...options,
    fakes: { canSnapshot: false, carries: (value) => value === "good", ...options.fakes },
    takesMs: (verb, name) => {
      const isThere = bench.fakes.values.get("mount") === "good";
      if (verb === "apply" && LYING.includes(name) && !isThere) misplaced.push(name);
      return options.takesMs?.(verb, name) ?? 0;
    },
  });
  return { bench, misplaced };
}

/** What somebody does, and when it is noticed. The mount goes, and with it all that lies on it is out of sight. */
interface Blow {
  readonly atMs: number;
  readonly target: "mount" | "one" | "two" | "back";
  readonly noticedAfterMs: number;
}

function strike(bench: Bench, { target }: Blow): void {
  const { fakes } = bench;
  if (target === "back") {
    for (const name of ["mount", ...LYING]) fakes.tamperUnnoticed(name, "good");
  } else if (target !== "mount") fakes.tamperUnnoticed(target, "bad");
  else for (const name of ["mount", ...LYING]) fakes.tamperUnnoticed(name, undefined);
}

const anyTime = fc.constantFrom(0, 1, 10, 100, 400, 700);
const anyBlow: fc.Arbitrary<Blow> = fc.record({
  atMs: fc.nat({ max: 3_000 }),
  target: fc.constantFrom("mount", "mount", "one", "two", "back"),
  noticedAfterMs: anyTime,
});
const CALLS = ["observe:mount", "apply:mount", "observe:one", "apply:one", "observe:two"];
const anyTakes = fc.record(Object.fromEntries(CALLS.map((call) => [call, anyTime])));

test("K10: nothing is changed on a mount that is not there, whatever goes when and is noticed late", async () => {
  const anyCourse = fc.tuple(anyTakes, fc.array(anyBlow, { minLength: 1, maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(anyCourse, async ([takesMs, blows]) => {
      const takes = (verb: string, name: string): number => takesMs[`${verb}:${name}`] ?? 0;
      const { bench, misplaced } = benchWithMount({ takesMs: takes });
      await bench.serve(declared(bench));
      for (const blow of blows) {
        const { atMs, noticedAfterMs, target } = blow;
        bench.clock.schedule(atMs, () => strike(bench, blow));
        // What lies there is often noticed before the mount is.
        const noticed = target === "one" || target === "two" ? [target] : ["two", "one", "mount"];
        noticed.forEach((name, at) => {
          const noticedMs = atMs + (at + 1) * noticedAfterMs;
          bench.clock.schedule(noticedMs, () => bench.fakes.hint(name, "tampered"));
        });
      }
      await bench.clock.advance(60_000);
      assert.deepEqual(misplaced, []);
      for (const name of ["mount", ...LYING]) {
        assert.equal(bench.fakes.values.get(name), "good", name);
        assert.equal(bench.statusOf(name).type, "Ready", name);
      }
      bench.stop();
    }),
    { numRuns: 150 },
  );
});

test("K10: what lies on a mount waits for it when only its own loss is noticed, and goes on after it", async () => {
  const { bench, misplaced } = benchWithMount({});
  await bench.serve(declared(bench));
  await bench.clock.advance(10_000);
  strike(bench, { atMs: 0, target: "mount", noticedAfterMs: 0 });
  bench.fakes.hint("one", "removed");
  await bench.clock.advance(5_000);
  assert.deepEqual(misplaced, []);
  const [, blocked, repaired] = bench.resultsOf("one");
  assert.equal(blocked?.blockedBy, bench.id("mount"));
  assert.equal(blocked?.reason, "what it lies on is not there");
  assert.equal(repaired?.status, "changed");
  assert.equal(bench.statusOf("two").type, "Ready");
  bench.stop();
});

test("K10: under a mount that is only observed all waits until somebody mounts it, without being asked again", async () => {
  const { bench, misplaced } = benchWithMount({});
  await bench.serve(declared(bench, { meta: { noop: true } }));
  await bench.clock.advance(300_000);
  assert.deepEqual(misplaced, []);
  assert.equal(bench.statusOf("one").type, "Blocked");
  assert.ok(bench.count("observe", "one") < 4, `${bench.count("observe", "one")} observations`);
  bench.fakes.tamper("mount", "good");
  await bench.clock.advance(5_000);
  assert.equal(bench.statusOf("two").type, "Ready");
  bench.stop();
});

test("K10: a single pass mounts again what goes meanwhile, before it changes what lies there", async () => {
  const { bench, misplaced } = benchWithMount({
    takesMs: (verb, name) => (verb === "observe" && name === "one" ? 50 : 0),
  });
  bench.clock.schedule(20, () => bench.fakes.tamperUnnoticed("mount", undefined));
  const results = await bench.converge(declared(bench));
  assert.deepEqual(misplaced, []);
  assert.equal(results.get("one")?.status, "changed");
  assert.equal(bench.fakes.values.get("mount"), "good");
});

test("K10: what is in sync asks for no mount, and neither does what lies on none", async () => {
  const { bench } = benchWithMount({});
  await bench.serve(declared(bench));
  await bench.clock.advance(10_000);
  const asked = bench.count("observe", "mount");
  bench.fakes.hint("one", "nothing");
  bench.fakes.tamper("aside", "bad");
  await bench.clock.advance(10_000);
  assert.equal(bench.count("observe", "mount"), asked);
  assert.equal(bench.fakes.values.get("aside"), "good");
  bench.stop();
});
