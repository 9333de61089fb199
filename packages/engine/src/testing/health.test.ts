import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { HealthCheck } from "@holdfast/core";
import { simulatedSecrets } from "@holdfast/testing";
import { Bench, type DeclaredFake } from "./bench.ts";

const DB = "db:5432";
const READY: HealthCheck = { tcp: DB, periodMs: 1_000, timeoutMs: 500, failureThreshold: 3 };
const ALIVE: HealthCheck = { ...READY, as: "liveness" };

/** `db` with these checks, `app` on it, `site` on that, and `other` on nothing. */
function fakes(health: readonly HealthCheck[], value = "good"): readonly DeclaredFake[] {
  return [
    { name: "db", value, meta: { health } },
    { name: "app", meta: { dependsOn: [id("db")] } },
    { name: "site", meta: { dependsOn: [id("app")] } },
    { name: "other" },
  ];
}

const id = (name: string) => new Bench().id(name);

function answer(bench: Bench, how: number | "refused" | "hang" | "deaf"): void {
  bench.machine.probes.answers.set(DB, how);
}

function published(bench: Bench): readonly string[] {
  return bench.events.flatMap((event) =>
    event.type === "degraded" || event.type === "recovered"
      ? [`${event.type} ${event.subject}`]
      : [],
  );
}

suite("K11: readiness", () => {
  test("each form asks its own port, and what it says holds dependents back", async () => {
    for (const [check, subject] of [
      [{ tcp: DB }, DB],
      [{ http: "http://db/healthz" }, "http://db/healthz"],
      [{ unit: "db.service" }, "unit db.service"],
      [{ container: "db" }, "container db"],
    ] as const) {
      const bench = new Bench();
      const before = await bench.converge(fakes([{ ...check, failureThreshold: 1 }]));
      assert.equal(before.get("app")?.status, "skipped");
      assert.deepEqual(bench.machine.probes.asked, [subject]);
      const other = new Bench();
      other.machine.probes.answers.set(subject, 200);
      const after = await other.converge(fakes([check]));
      assert.equal(after.get("app")?.status, "changed");
    }
  });

  test("a single pass begins dependents when what they depend on is ready, and says nothing before", async () => {
    const bench = new Bench();
    bench.clock.schedule(1_500, () => answer(bench, 1));
    const results = await bench.converge(fakes([READY]));
    assert.deepEqual(
      [...results.values()].map(({ status }) => status),
      Array(4).fill("changed"),
    );
    const [dbAtMs = 0] = bench.timesOf("apply", "db");
    assert.equal(bench.timesOf("apply", "other")[0], dbAtMs);
    assert.ok((bench.timesOf("apply", "app")[0] ?? 0) >= 1_500);
    assert.equal(bench.resultsOf("app").length, 1);
    assert.equal(bench.machine.probes.running(), 0);
  });

  test("a single pass gives up at the failure threshold: dependents are skipped, naming the root", async () => {
    const bench = new Bench();
    const results = await bench.converge(fakes([READY]));
    assert.equal(results.get("db")?.status, "changed");
    for (const name of ["app", "site"]) {
      assert.equal(results.get(name)?.status, "skipped");
      assert.equal(results.get(name)?.blockedBy, bench.id("db"));
      assert.match(results.get(name)?.reason ?? "", /^not ready/);
      assert.equal(bench.count("apply", name), 0);
      assert.equal(bench.resultsOf(name).length, 1);
    }
    assert.equal(bench.machine.probes.asked.length, 3);
    assert.ok(bench.clock.monotonicMs() < 5_000);
  });

  test("a check that hangs fails by its timeout, alone, and holds nothing up", async () => {
    for (const how of ["hang", "deaf"] as const) {
      const bench = new Bench({ engine: { parallel: 1 } });
      answer(bench, how);
      const results = await bench.converge(fakes([READY]));
      assert.equal(results.get("other")?.status, "changed");
      assert.equal(results.get("app")?.status, "skipped");
      assert.equal(bench.machine.probes.running(), how === "deaf" ? 1 : 0);
      const why = bench.statusOf("db").health?.checks[0]?.lastFailure?.why;
      assert.equal(
        why,
        how === "deaf" ? "the probe before has not let go yet" : "no answer within 500 ms",
      );
    }
  });

  test("checks that are new to a resource hold back what depends on it at any distance, also what comes with them", async () => {
    for (const generation of [1, 2]) {
      const bench = new Bench();
      const [db, app, site] = fakes([READY]);
      assert.ok(db && app && site);
      await bench.serve([{ name: "db" }, app, site]);
      await bench.clock.advance(5_000);
      const page = { name: "page", meta: { dependsOn: [bench.id("site")] } };
      await bench.load([db, app, site, page], generation);
      await bench.clock.advance(100);
      for (const name of ["app", "site", "page"]) {
        const status = bench.statusOf(name);
        assert.ok(status.type === "Blocked" && status.by === bench.id("db"), name);
      }
      assert.equal(bench.count("apply", "page"), 0);
      answer(bench, 1);
      await bench.clock.advance(5_000);
      for (const name of ["app", "site", "page"]) assert.equal(bench.statusOf(name).type, "Ready");
      bench.stop();
    }
  });

  test("in the loop dependents are blocked while it is unready, and released with a fresh start", async () => {
    const bench = new Bench();
    answer(bench, 1);
    const { served } = await bench.serve(fakes([READY]));
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    assert.equal(bench.statusOf("db").health?.status, "Healthy");
    answer(bench, "refused");
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Blocked", 10_000);
    assert.equal(bench.statusOf("db").type, "Ready");
    assert.equal(bench.statusOf("db").health?.status, "Unhealthy");
    for (const name of ["app", "site"]) {
      const status = bench.statusOf(name);
      assert.ok(status.type === "Blocked" && status.by === bench.id("db"));
      assert.equal(status.unready, "failed");
    }
    bench.fakes.tamper("app", "bad");
    await bench.clock.advance(60_000);
    assert.equal(bench.fakes.values.get("app"), "bad");
    assert.deepEqual(published(bench), [`degraded health of ${bench.id("db")}`]);
    answer(bench, 1);
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    assert.equal(bench.fakes.values.get("app"), "good");
    assert.deepEqual(published(bench).slice(1), [`recovered health of ${bench.id("db")}`]);
    bench.stop();
    await bench.clock.finish(served);
  });

  test("what was changed proves itself afresh before dependents go on", async () => {
    const bench = new Bench();
    answer(bench, 1);
    const { served } = await bench.serve(fakes([READY]));
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    answer(bench, "refused");
    await bench.load(fakes([READY], "better"), 2);
    await bench.clock.runUntil(() => bench.statusOf("app").type === "Blocked", 5_000);
    assert.equal(bench.fakes.values.get("db"), "better");
    assert.equal(bench.statusOf("db").health?.status, "Unknown");
    answer(bench, 1);
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    bench.stop();
    await bench.clock.finish(served);
  });

  test("D18: a new manifest keeps what is known of checks that it leaves as they are", async () => {
    const bench = new Bench();
    answer(bench, 1);
    const { served } = await bench.serve(fakes([READY]));
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    const before = bench.statusOf("db").health;
    await bench.load([...fakes([READY]), { name: "new" }], 2);
    await bench.clock.runUntil(() => bench.statusOf("new").type === "Ready", 800);
    assert.equal(bench.statusOf("db").health?.sinceMs, before?.sinceMs);
    assert.equal(bench.statusOf("db").health?.status, "Healthy");
    await bench.load(fakes([{ ...READY, periodMs: 2_000 }]), 3);
    assert.equal(bench.statusOf("db").health?.status, "Unknown");
    bench.stop();
    await bench.clock.finish(served);
  });

  test("checks that a new manifest brings hold back those who were ready before it", async () => {
    const bench = new Bench();
    const bare = fakes([READY]).map(({ meta: { health: _none, ...meta } = {}, ...fake }) => ({
      ...fake,
      meta,
    }));
    const { served } = await bench.serve(bare);
    await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000);
    await bench.load(fakes([READY]), 1);
    const isHeldBack = (): boolean => {
      const status = bench.statusOf("site");
      return status.type === "Blocked" && status.unready === "failed";
    };
    assert.ok(await bench.clock.runUntil(isHeldBack, 10_000));
    await bench.load(bare, 1);
    assert.ok(await bench.clock.runUntil(() => bench.statusOf("site").type === "Ready", 5_000));
    assert.deepEqual(
      published(bench),
      ["degraded", "recovered"].map((word) => `${word} health of ${bench.id("db")}`),
    );
    bench.stop();
    await bench.clock.finish(served);
  });

  test("a command is asked with no environment of ours, and its output is shown without secrets", async () => {
    const bench = new Bench();
    bench.machine.commands.programs.set("/bin/check", () => ({
      exitCode: 3,
      stderr: "no hunter2\n",
    }));
    const check: HealthCheck = { command: ["/bin/check", "-q"], periodMs: 1_000, timeoutMs: 500 };
    const secrets = simulatedSecrets({ password: "hunter2" });
    await bench.converge(fakes([check]), { secrets });
    const [run] = bench.machine.commands.runs;
    assert.deepEqual(run?.env, {});
    assert.deepEqual(run?.argv, ["/bin/check", "-q"]);
    assert.equal(bench.machine.commands.runs.length, 3);
    const why = bench.statusOf("db").health?.checks[0]?.lastFailure?.why ?? "";
    assert.match(why, /^exit code 3: no /);
    assert.doesNotMatch(why + JSON.stringify(bench.events), /hunter2/);
  });
});

suite("K11: liveness", () => {
  test("a run of failures is answered with one refresh, on the one path; then only a fresh run counts", async () => {
    const bench = new Bench();
    answer(bench, 1);
    const { served } = await bench.serve(fakes([ALIVE]));
    await bench.clock.advance(5_000);
    answer(bench, "refused");
    await bench.clock.runUntil(() => bench.count("refresh", "db") === 1, 10_000);
    const intent = bench.ledger.intents.at(-1);
    assert.deepEqual([intent?.verb, intent?.id], ["refresh", bench.id("db")]);
    answer(bench, 1);
    await bench.clock.advance(60_000);
    assert.equal(bench.count("refresh", "db"), 1);
    assert.equal(bench.statusOf("app").type, "Ready");
    assert.equal(bench.ledger.owed(bench.id("db")), false);
    bench.stop();
    await bench.clock.finish(served);
  });

  test("D6: a resource that stays unhealthy after a refresh is refreshed ever more seldom", async () => {
    const bench = new Bench();
    const { served } = await bench.serve(fakes([ALIVE]));
    await bench.clock.advance(3_600_000);
    const times = bench.timesOf("refresh", "db");
    const waits = times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0));
    assert.ok(waits.length >= 5 && waits.length <= 15, `${waits.length} refreshes`);
    assert.ok((waits[0] ?? 0) >= 4_500);
    for (const wait of waits.slice(2)) assert.ok(wait >= 270_000, `${wait}`);
    bench.stop();
    await bench.clock.finish(served);
  });

  test("never for noop, detect only or a pause", async () => {
    const quiet = async (bench: Bench, meta: DeclaredFake["meta"], detected: readonly string[]) => {
      bench.fakes.values.set("db", "good");
      const { served } = await bench.serve(
        [{ name: "db", meta: { ...meta, health: [ALIVE] } }],
        0,
        detected,
      );
      if (meta === undefined && detected.length === 0) {
        await bench.engine.pause({ at: "2026-01-01T00:00:00.000Z", reason: "maintenance" });
      }
      await bench.clock.advance(120_000);
      assert.equal(bench.count("refresh", "db"), 0);
      assert.equal(bench.ledger.owed(bench.id("db")), false);
      bench.stop();
      await bench.clock.finish(served);
    };
    await quiet(new Bench(), { noop: true }, []);
    await quiet(new Bench(), undefined, ["db"]);
    await quiet(new Bench({ mode: "detect" }), { tags: [] }, []);
    await quiet(new Bench(), undefined, []);
  });

  test("a stop ends probes that are under way", async () => {
    const bench = new Bench();
    answer(bench, "hang");
    const { served } = await bench.serve(
      fakes([{ ...ALIVE, periodMs: 60_000, timeoutMs: 60_000 }]),
    );
    await bench.clock.runUntil(() => bench.machine.probes.running() === 1, 5_000);
    bench.stop();
    await bench.clock.finish(served);
    assert.equal(bench.machine.probes.running(), 0);
  });
});
