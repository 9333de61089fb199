import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, type MachineCondition, type ResourceId } from "@holdfast/core";
import fc from "fast-check";
import { Bench, type DeclaredFake } from "./bench.ts";

const FLAG: MachineCondition = { file: "/flag" };

/** A bench whose machine has a place for mounts and flags. */
function createBench(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options);
  bench.machine.kernel.tamper.makeDirectory("/mnt");
  return bench;
}

function raiseFlag(bench: Bench): void {
  bench.machine.kernel.tamper.write("/flag", "");
}

function lowerFlag(bench: Bench): void {
  bench.machine.kernel.tamper.remove("/flag");
}

function gated(name: string, condition: MachineCondition = FLAG): DeclaredFake {
  return { name, meta: { condition: [condition] } };
}

function after(name: string, dependency: string): DeclaredFake {
  return { name, meta: { dependsOn: [`fake:${dependency}` as ResourceId] } };
}

suite("conditions in one pass", () => {
  test("D11: gates hold in the first pass: a waiting resource is not even observed, and says what it waits for", async () => {
    const bench = createBench();
    const results = await bench.converge([
      gated("waits"),
      after("behind", "waits"),
      { name: "free" },
    ]);
    const { status, reason } = results.get("waits") ?? {};
    assert.deepEqual([status, reason], ["skipped", "waiting: condition: /flag does not exist"]);
    assert.equal(results.get("behind")?.blockedBy, "fake:waits");
    assert.equal(results.get("free")?.status, "changed");
    assert.equal(bench.count("observe", "waits") + bench.count("apply", "waits"), 0);
    const { sinceMs: _since, observedGeneration: _generation, ...body } = bench.statusOf("waits");
    assert.deepEqual(body, { type: "Waiting", for: "condition", reason: "/flag does not exist" });
  });

  test("D11: a condition that holds changes nothing, whatever its form", async () => {
    const bench = createBench();
    raiseFlag(bench);
    bench.machine.kernel.mount("/mnt", { source: { type: "disk" } });
    bench.machine.conditions.setInterface("eth0", true);
    bench.machine.conditions.setEndpoint("db:5432", true);
    const conditions: readonly MachineCondition[] = [
      FLAG,
      { mount: "/mnt" },
      { interface: "eth0" },
      { tcp: "db:5432" },
      { all: [FLAG, { not: { mount: "/flag" } }] },
      { any: [{ file: "/nothing" }, FLAG] },
    ];
    const names = conditions.map((_, at) => `c${at}`);
    const results = await bench.converge(conditions.map((one, at) => gated(`c${at}`, one)));
    for (const name of names) assert.equal(results.get(name)?.status, "changed", name);
  });

  test("D11: an unknown condition is not met, with the reason; it is no failure", async () => {
    const bench = createBench();
    bench.machine.conditions.fog("file", "no such thing here");
    const results = await bench.converge([gated("a"), gated("b", { not: FLAG })]);
    const words = "it is unknown whether /flag exists (no such thing here)";
    for (const name of ["a", "b"]) {
      assert.equal(results.get(name)?.reason, `waiting: condition: ${words}`);
      assert.equal(bench.count("apply", name), 0);
    }
  });

  test("D11: a machine that does not answer is no reason to hang", async () => {
    const bench = createBench();
    bench.machine.conditions.observe = () => new Promise(() => {});
    const results = await bench.converge([gated("a"), { name: "free" }]);
    assert.match(results.get("a")?.reason ?? "", /no answer within 10000 ms/);
    assert.equal(results.get("free")?.status, "changed");
    assert.ok(bench.clock.monotonicMs() < 12_000, "one observation, and its deadline");
  });

  test("D11, G7: a path that a dependency makes opens the condition within the same pass, and the plan says so", async () => {
    const bench = createBench();
    bench.fakes.onApply = (name) => {
      if (name === "maker") raiseFlag(bench);
    };
    const fakes = [
      { name: "maker" },
      { name: "made", meta: { condition: [FLAG], dependsOn: [bench.id("maker")] } },
    ];
    await bench.load(fakes);
    const { actions } = await bench.clock.finish(bench.engine.plan(bench.signal));
    assert.deepEqual(
      actions.map(({ id, verb, reason }) => [id, verb, reason]),
      [
        ["fake:maker", "create", undefined],
        ["fake:made", "update", "after fake:maker; waits for a condition: /flag does not exist"],
      ],
    );
    const results = await bench.converge(fakes);
    assert.equal(results.get("made")?.status, "changed");
  });

  test("D11: a plan shows a waiting resource as skipped, and observes nothing of it", async () => {
    const bench = createBench();
    await bench.load([gated("waits"), after("behind", "waits")]);
    const { actions } = await bench.clock.finish(bench.engine.plan(bench.signal));
    assert.deepEqual(
      actions.map(({ verb, reason, blockedBy }) => [verb, reason, blockedBy]),
      [
        ["skip", "waits for a condition: /flag does not exist", undefined],
        ["skip", "a dependency cannot be applied", "fake:waits"],
      ],
    );
    assert.equal(bench.count("observe", "waits"), 0);
    raiseFlag(bench);
    const again = await bench.clock.finish(bench.engine.plan(bench.signal));
    assert.deepEqual(
      again.actions.map(({ verb }) => verb),
      ["create", "create"],
    );
  });

  test("D11: one observation serves all that name the same leaf", async () => {
    const bench = createBench();
    raiseFlag(bench);
    let observations = 0;
    const { observe } = bench.machine.conditions;
    bench.machine.conditions.observe = (leaf, signal) => {
      observations += 1;
      return observe(leaf, signal);
    };
    const fakes = Array.from({ length: 200 }, (_, at) => gated(`c${at}`));
    const results = await bench.converge(fakes);
    assert.equal(results.get("c199")?.status, "changed");
    assert.equal(observations, 1);
  });

  test("D11, G4: the gate holds for those who go along in a batch", async () => {
    const bench = createBench({
      fakes: { canGroup: true },
      takesMs: (verb) => (verb === "apply" || verb === "batch" ? 10 : 0),
    });
    const member = (name: string, more: DeclaredFake["meta"] = {}): DeclaredFake => {
      return { name, lane: "l", group: "g", meta: more };
    };
    const results = await bench.converge([
      member("first"),
      member("closed", { condition: [FLAG] }),
      member("open", { condition: [{ not: FLAG }] }),
    ]);
    assert.equal(results.get("closed")?.status, "skipped");
    assert.equal(results.get("open")?.status, "changed");
    assert.ok(!bench.fakes.calls.some(({ name }) => name.includes("closed")));
  });
});

suite("conditions while serving", () => {
  const cases: readonly (readonly [
    string,
    MachineCondition,
    (bench: Bench, opens: boolean) => void,
  ])[] = [
    ["file", FLAG, (bench, opens) => (opens ? raiseFlag(bench) : lowerFlag(bench))],
    [
      "mount",
      { mount: "/mnt" },
      ({ machine }, opens) => {
        if (opens) machine.kernel.mount("/mnt", { source: { type: "bind", path: "/" } });
        else machine.kernel.unmount("/mnt");
      },
    ],
    [
      "interface",
      { interface: "eth0" },
      ({ machine }, opens) => machine.conditions.setInterface("eth0", opens),
    ],
  ];
  for (const [type, condition, turn] of cases) {
    test(`D11: a ${type} that opens is an event, and when it closes again the resource waits, not failed`, async () => {
      const bench = createBench();
      await bench.serve([gated("a", condition), after("b", "a")]);
      assert.equal(bench.statusOf("a").type, "Waiting");
      assert.equal(bench.statusOf("b").type, "Blocked");
      await bench.clock.advance(5_000);
      turn(bench, true);
      await bench.clock.advance(1);
      assert.equal(bench.statusOf("a").type, "Ready", "at once");
      await bench.clock.advance(1_000);
      assert.equal(bench.statusOf("b").type, "Ready");
      turn(bench, false);
      await bench.clock.advance(1_000);
      assert.equal(bench.statusOf("a").type, "Waiting");
      assert.equal(bench.statusOf("b").type, "Blocked");
      const applies = bench.count("apply", "a");
      bench.fakes.tamper("a", "tampered");
      await bench.clock.advance(3_600_000);
      assert.equal(bench.count("apply", "a"), applies, "held in the loop, at every resync");
      turn(bench, true);
      await bench.clock.advance(1_000);
      assert.equal(bench.statusOf("a").type, "Ready");
      assert.equal(bench.fakes.values.get("a"), "good");
    });
  }

  test("B5: a port is dialled every five seconds, once for all resources that name it", async () => {
    const bench = createBench();
    let dials = 0;
    const { observe } = bench.machine.conditions;
    bench.machine.conditions.observe = (leaf, signal) => {
      dials += 1;
      return observe(leaf, signal);
    };
    const tcp = { tcp: "db:5432" };
    await bench.serve([gated("a", tcp), gated("b", { any: [tcp, { file: "/never" }] })]);
    dials = 0;
    await bench.clock.advance(5_000 * 12);
    assert.equal(dials, 12);
    bench.machine.conditions.setEndpoint("db:5432", true);
    await bench.clock.advance(5_001);
    assert.equal(bench.statusOf("a").type, "Ready");
    assert.equal(bench.statusOf("b").type, "Ready");
  });

  test("B5: a leaf that several resources name is watched once, and only while one does", async () => {
    const bench = createBench();
    const watched: string[][] = [];
    const { watch } = bench.machine.conditions;
    bench.machine.conditions.watch = (leaves, hear, signal) => {
      watched.push(leaves.map(({ type, subject }) => `${type} ${subject}`));
      return watch(leaves, hear, signal);
    };
    const two = { all: [FLAG, { mount: "/mnt" }] };
    await bench.serve([gated("a"), gated("b"), gated("c", two)]);
    assert.deepEqual(watched, [["mount /mnt"], ["file /flag"]]);
    await bench.load([gated("a"), { name: "b" }], 2);
    await bench.clock.advance(1_000);
    assert.equal(bench.machine.conditions.count(), 1, "the file alone");
    assert.equal(watched.length, 2, "what is watched still is left alone");
    bench.stop();
    await bench.clock.advance(1_000);
    assert.equal(bench.machine.conditions.count(), 0);
  });

  test("D6: a condition that opened starts a failing resource afresh", async () => {
    const bench = createBench({ engine: { attempts: 2, retryBaseMs: 5_000, retryCapMs: 300_000 } });
    raiseFlag(bench);
    bench.fakes.trouble.set("apply:a", "fail");
    await bench.serve([gated("a")]);
    await bench.clock.advance(20_000);
    assert.equal(bench.statusOf("a").isStalled, true);
    lowerFlag(bench);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("a").type, "Waiting");
    assert.equal(bench.statusOf("a").isStalled, undefined);
    bench.fakes.trouble.clear();
    raiseFlag(bench);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("a").type, "Ready", "not only at the cap");
  });

  test("D11: a resource that fails because its condition closed meanwhile waits, and counts as no failure", async () => {
    const bench = createBench({ takesMs: (verb) => (verb === "apply" ? 1_000 : 0) });
    raiseFlag(bench);
    bench.fakes.trouble.set("apply:a", "fail");
    const serving = bench.serve([gated("a")]);
    await bench.clock.advance(500);
    lowerFlag(bench);
    await serving;
    assert.equal(bench.statusOf("a").type, "Waiting");
    assert.deepEqual(
      bench.resultsOf("a").filter(({ status }) => status === "failed"),
      [],
    );
    bench.fakes.trouble.clear();
    raiseFlag(bench);
    await bench.clock.advance(5_000);
    assert.equal(bench.statusOf("a").type, "Ready");
  });

  test("D11: a condition that closes between the observation and the apply holds the apply back", async () => {
    const bench = createBench({
      fakes: { canSnapshot: false },
      takesMs: (verb) => (verb === "observe" ? 1_000 : 0),
    });
    raiseFlag(bench);
    const serving = bench.serve([gated("a")]);
    await bench.clock.advance(500);
    lowerFlag(bench);
    await serving;
    assert.equal(bench.statusOf("a").type, "Waiting");
    assert.equal(bench.count("apply", "a"), 0);
  });

  test("promise 1: an opening without a hint is found at the next resync", async () => {
    const bench = createBench();
    const { watch } = bench.machine.conditions;
    bench.machine.conditions.watch = (leaves, _hear, signal) => watch(leaves, () => {}, signal);
    await bench.serve([gated("a")]);
    raiseFlag(bench);
    await bench.clock.advance(60_000);
    assert.equal(bench.statusOf("a").type, "Waiting", "a watched condition is not polled");
    await bench.clock.advance(700_000);
    assert.equal(bench.statusOf("a").type, "Ready");
  });

  test("D9: a watch of conditions that ends is restarted, and its resources are polled meanwhile", async () => {
    const bench = createBench();
    await bench.serve([gated("a"), { name: "free" }]);
    // The echo of its own write comes within the window.
    await bench.clock.advance(1_000);
    const findings = bench.count("observe", "free");
    const { watch } = bench.machine.conditions;
    const broken = new Fault({ reason: "WatchFailed", message: "m", resolution: "r" });
    bench.machine.conditions.watch = () => Promise.reject(broken);
    bench.machine.conditions.endAll(broken);
    await bench.clock.advance(100);
    const subjects = (type: "degraded" | "recovered"): readonly string[] =>
      bench.events.flatMap((event) => (event.type === type ? [event.subject] : []));
    assert.deepEqual(new Set(subjects("degraded")), new Set(["watch:condition file"]));
    raiseFlag(bench);
    await bench.clock.advance(36_000);
    assert.equal(bench.statusOf("a").type, "Ready", "found by polling");
    assert.equal(bench.count("observe", "free"), findings, "no others are polled for it");
    bench.machine.conditions.watch = watch;
    await bench.clock.advance(120_000);
    assert.deepEqual(subjects("recovered"), ["watch:condition file"]);
    lowerFlag(bench);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("a").type, "Waiting", "watched again");
  });

  test("D11: an unknown condition is polled, and found when it is known", async () => {
    const bench = createBench();
    raiseFlag(bench);
    bench.machine.conditions.fog("file", "fog");
    await bench.serve([gated("a")]);
    assert.equal(bench.statusOf("a").type, "Waiting");
    bench.machine.conditions.fog("file", undefined);
    await bench.clock.advance(36_000);
    assert.equal(bench.statusOf("a").type, "Ready");
  });

  test("D18: a manifest that takes a condition away, or brings one, is obeyed at once", async () => {
    const bench = createBench();
    await bench.serve([gated("a"), { name: "b" }]);
    await bench.load([{ name: "a" }, gated("b", { mount: "/mnt" })], 2);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("a").type, "Ready");
    assert.equal(bench.statusOf("b").type, "Waiting");
    bench.machine.kernel.mount("/mnt", { source: { type: "disk" } });
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("b").type, "Ready");
  });

  test("D18: a new resource behind a known gate is hinted like all others", async () => {
    const bench = createBench();
    bench.fakes.trouble.set("observe:base", "unknown");
    await bench.serve([gated("a")]);
    const late = { name: "late", meta: { condition: [FLAG], dependsOn: [bench.id("base")] } };
    await bench.load([gated("a"), { name: "base" }, late], 2);
    await bench.clock.advance(1_000);
    bench.fakes.trouble.clear();
    await bench.clock.advance(60_000);
    assert.equal(bench.statusOf("late").type, "Waiting");
    raiseFlag(bench);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("late").type, "Ready");
  });

  test("D11: of two leaves that turn in one moment no partial result is published", async () => {
    const bench = createBench();
    raiseFlag(bench);
    await bench.serve([gated("a", { any: [FLAG, { mount: "/mnt" }] })]);
    await bench.clock.advance(1_000);
    assert.equal(bench.statusOf("a").type, "Ready");
    const runs = bench.count("observe", "a");
    bench.machine.kernel.tamper.remove("/flag");
    bench.machine.kernel.mount("/mnt", { source: { type: "disk" } });
    await bench.clock.advance(60_000);
    assert.equal(bench.statusOf("a").type, "Ready");
    assert.equal(bench.count("observe", "a"), runs, "it held all the time");
  });

  test("D12: a resource that waits for its condition does not keep a daemon with a timeout from ending", async () => {
    const bench = createBench();
    const { served, isOver } = await bench.serve([gated("a")], 30_000);
    await bench.clock.advance(31_000);
    assert.ok(isOver());
    assert.equal((await served).summary.skipped, 1);
  });

  test("D11: however often conditions turn, nothing is applied while they are closed, and it converges once open", async () => {
    const turns = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 1_500 })), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(turns, fc.nat(), async (steps, seed) => {
        const bench = createBench({ seed, takesMs: (verb) => (verb === "apply" ? 40 : 0) });
        await bench.serve([gated("a"), after("b", "a"), gated("c", { not: FLAG })]);
        let isOpen = false;
        const check = (): void => {
          const { calls } = bench.fakes;
          for (const { name, atMs } of calls.filter(({ verb }) => verb === "apply")) {
            // The order of events within one millisecond is unknown.
            const before = history.findLast(({ sinceMs }) => sinceMs < atMs)?.isOpen ?? false;
            const then = history.findLast(({ sinceMs }) => sinceMs <= atMs)?.isOpen ?? false;
            if (name === "a") assert.ok(before || then, `a was applied at ${atMs}`);
            if (name === "c") assert.ok(!before || !then, `c was applied at ${atMs}`);
          }
        };
        const history: { isOpen: boolean; sinceMs: number }[] = [{ isOpen, sinceMs: 0 }];
        for (const [opens, thenMs] of steps) {
          if (opens !== isOpen) {
            isOpen = opens;
            if (opens) raiseFlag(bench);
            else lowerFlag(bench);
            history.push({ isOpen, sinceMs: bench.clock.monotonicMs() });
          }
          bench.fakes.tamper("a", "tampered");
          bench.fakes.tamper("c", "tampered");
          await bench.clock.advance(thenMs + 1);
          check();
        }
        await bench.clock.advance(400_000);
        check();
        const expected = isOpen ? ["Ready", "Ready", "Waiting"] : ["Waiting", "Blocked", "Ready"];
        assert.deepEqual(
          ["a", "b", "c"].map((name) => bench.statusOf(name).type),
          expected,
        );
      }),
      { numRuns: 60 },
    );
  });
});
