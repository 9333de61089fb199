import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bench, type BenchOptions } from "./bench.ts";

/**
 * How long the calls for a file and its directory take, in virtual milliseconds, and when the loss of both is hinted.
 */
interface Course {
  readonly takesMs: Readonly<Record<string, number>>;
  readonly fileNoticedMs: number;
  readonly directoryNoticedMs: number;
}

/** A directory with a file in it, which cannot be written while the directory is not there. */
async function nested(takesMs: NonNullable<BenchOptions["takesMs"]>): Promise<Bench> {
  let isDoomed = false;
  const isHomeless = (): boolean => bench.fakes.values.get("directory") !== "good";
  const bench = new Bench({
    fakes: { canSnapshot: false },
    takesMs: (verb, name) => {
      if (verb === "apply" && name === "file") isDoomed = isHomeless();
      return takesMs(verb, name);
    },
  });
  const get = (call: string): "fail" | undefined =>
    call === "apply:file" && (isDoomed || isHomeless()) ? "fail" : undefined;
  Object.assign(bench.fakes.trouble, { get });
  const dependsOn = [bench.id("directory")];
  await bench.serve([{ name: "directory" }, { name: "file", meta: { dependsOn } }]);
  await bench.clock.advance(10_000);
  return bench;
}

async function lose(bench: Bench, { fileNoticedMs, directoryNoticedMs }: Course): Promise<void> {
  for (const name of ["directory", "file"]) bench.fakes.tamperUnnoticed(name, undefined);
  const trigger = { file: fileNoticedMs, directory: directoryNoticedMs };
  for (const [name, delayMs] of Object.entries(trigger)) {
    bench.clock.schedule(delayMs, () => bench.fakes.hint(name, "removed"));
  }
  await bench.clock.advance(10_000);
}

/** The events of the file since it was first applied. */
const publishedOf = (bench: Bench): readonly string[] =>
  bench
    .resultsOf("file")
    .slice(1)
    .map(({ status, blockedBy }) => (blockedBy === undefined ? status : `${status} ${blockedBy}`));

const BLAMED = ["skipped fake:directory", "changed"];

test("promise 13: whenever a directory and its file are lost, hinted and repaired, the file never fails for it", async () => {
  const anyTime = fc.constantFrom(0, 10, 100, 300, 600);
  const calls = ["observe:directory", "apply:directory", "observe:file", "apply:file"];
  const anyCourse = fc.record({
    takesMs: fc.record(Object.fromEntries(calls.map((call) => [call, anyTime]))),
    fileNoticedMs: anyTime,
    directoryNoticedMs: anyTime,
  });
  await fc.assert(
    fc.asyncProperty(anyCourse, async (course) => {
      const bench = await nested((verb, name) => course.takesMs[`${verb}:${name}`] ?? 0);
      await lose(bench, course);
      assert.ok(!publishedOf(bench).includes("failed"), publishedOf(bench).join(", "));
      for (const name of ["directory", "file"]) {
        assert.equal(bench.fakes.values.get(name), "good");
        assert.equal(bench.statusOf(name).type, "Ready");
      }
      bench.stop();
    }),
    { numRuns: 300 },
  );
});

test("promise 13: a dependency that is being repaired is to blame", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:directory" ? 500 : 100));
  await lose(bench, { takesMs: {}, fileNoticedMs: 0, directoryNoticedMs: 50 });
  assert.deepEqual(publishedOf(bench), BLAMED);
  bench.stop();
});

test("promise 13: a dependency that was repaired since the attempt was observed is to blame, and sets it free", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:file" ? 500 : 10));
  await lose(bench, { takesMs: {}, fileNoticedMs: 0, directoryNoticedMs: 100 });
  assert.deepEqual(publishedOf(bench), BLAMED);
  bench.stop();
});

test("promise 13: a dependency that came to fail during the attempt is reported as the root", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:file" ? 500 : 10));
  const { get } = bench.fakes.trouble;
  let isBroken = true;
  Object.assign(bench.fakes.trouble, {
    get: (call: string) => (isBroken && call === "apply:directory" ? "fail" : get(call)),
  });
  await lose(bench, { takesMs: {}, fileNoticedMs: 0, directoryNoticedMs: 100 });
  assert.deepEqual(new Set(publishedOf(bench)), new Set(["skipped fake:directory"]));
  assert.deepEqual(
    ["directory", "file"].map((name) => bench.statusOf(name).type),
    ["Failed", "Blocked"],
  );
  isBroken = false;
  await bench.clock.advance(60_000);
  assert.equal(bench.fakes.values.get("file"), "good");
  bench.stop();
});

test("promise 13: a resource with a reason of its own fails, however often its dependency was repaired before", async () => {
  const bench = new Bench();
  const dependsOn = [bench.id("base")];
  await bench.serve([{ name: "base" }, { name: "top", meta: { dependsOn } }]);
  await bench.clock.advance(2_000);
  bench.fakes.tamper("base", "bad");
  await bench.clock.advance(2_000);
  bench.fakes.trouble.set("apply:top", "fail");
  bench.fakes.tamper("top", "bad");
  await bench.clock.settle();
  assert.equal(bench.statusOf("top").type, "Failed");
  bench.stop();
});
