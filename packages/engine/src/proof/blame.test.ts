import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bench, type BenchOptions } from "./bench.ts";

/** How long the calls for a file and its directory take, in virtual milliseconds, and when the loss of both is heard. */
interface Course {
  readonly takesMs: Readonly<Record<string, number>>;
  readonly fileHeardMs: number;
  readonly directoryHeardMs: number;
}

/** A directory with a file in it, which cannot be written while the directory is not there. */
async function nested(takesMs: NonNullable<BenchOptions["takesMs"]>): Promise<Bench> {
  let isDoomed = false;
  const isHomeless = (): boolean => bench.cells.values.get("directory") !== "good";
  const bench = new Bench({
    cells: { canSnapshot: false },
    takesMs: (verb, name) => {
      if (verb === "apply" && name === "file") isDoomed = isHomeless();
      return takesMs(verb, name);
    },
  });
  const get = (call: string): "fail" | undefined =>
    call === "apply:file" && (isDoomed || isHomeless()) ? "fail" : undefined;
  Object.assign(bench.cells.trouble, { get });
  const dependsOn = [bench.id("directory")];
  await bench.serve([{ name: "directory" }, { name: "file", meta: { dependsOn } }]);
  await bench.clock.advance(10_000);
  return bench;
}

async function lose(bench: Bench, { fileHeardMs, directoryHeardMs }: Course): Promise<void> {
  for (const name of ["directory", "file"]) bench.cells.tamperUnheard(name, undefined);
  const heard = { file: fileHeardMs, directory: directoryHeardMs };
  for (const [name, delayMs] of Object.entries(heard)) {
    bench.clock.schedule(delayMs, () => bench.cells.hint(name, "removed"));
  }
  await bench.clock.advance(10_000);
}

/** What was told of the file since it was first applied. */
const toldOf = (bench: Bench): readonly string[] =>
  bench
    .resultsOf("file")
    .slice(1)
    .map(({ status, blockedBy }) => (blockedBy === undefined ? status : `${status} ${blockedBy}`));

const BLAMED = ["skipped cell:directory", "changed"];

test("promise 13: whenever a directory and its file are lost, heard of and repaired, the file never fails for it", async () => {
  const anyTime = fc.constantFrom(0, 10, 100, 300, 600);
  const calls = ["observe:directory", "apply:directory", "observe:file", "apply:file"];
  const anyCourse = fc.record({
    takesMs: fc.record(Object.fromEntries(calls.map((call) => [call, anyTime]))),
    fileHeardMs: anyTime,
    directoryHeardMs: anyTime,
  });
  await fc.assert(
    fc.asyncProperty(anyCourse, async (course) => {
      const bench = await nested((verb, name) => course.takesMs[`${verb}:${name}`] ?? 0);
      await lose(bench, course);
      assert.ok(!toldOf(bench).includes("failed"), toldOf(bench).join(", "));
      for (const name of ["directory", "file"]) {
        assert.equal(bench.cells.values.get(name), "good");
        assert.equal(bench.statusOf(name).type, "Ready");
      }
      bench.stop();
    }),
    { numRuns: 300 },
  );
});

test("promise 13: a dependency that is being repaired is to blame", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:directory" ? 500 : 100));
  await lose(bench, { takesMs: {}, fileHeardMs: 0, directoryHeardMs: 50 });
  assert.deepEqual(toldOf(bench), BLAMED);
  bench.stop();
});

test("promise 13: a dependency that was repaired since the attempt was looked at is to blame, and sets it free", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:file" ? 500 : 10));
  await lose(bench, { takesMs: {}, fileHeardMs: 0, directoryHeardMs: 100 });
  assert.deepEqual(toldOf(bench), BLAMED);
  bench.stop();
});

test("promise 13: a dependency that came to fail during the attempt is told as the root", async () => {
  const bench = await nested((verb, name) => (`${verb}:${name}` === "apply:file" ? 500 : 10));
  const { get } = bench.cells.trouble;
  let isBroken = true;
  Object.assign(bench.cells.trouble, {
    get: (call: string) => (isBroken && call === "apply:directory" ? "fail" : get(call)),
  });
  await lose(bench, { takesMs: {}, fileHeardMs: 0, directoryHeardMs: 100 });
  assert.deepEqual(new Set(toldOf(bench)), new Set(["skipped cell:directory"]));
  assert.deepEqual(
    ["directory", "file"].map((name) => bench.statusOf(name).type),
    ["Failed", "Blocked"],
  );
  isBroken = false;
  await bench.clock.advance(60_000);
  assert.equal(bench.cells.values.get("file"), "good");
  bench.stop();
});

test("promise 13: what fails for a reason of its own fails, however often its dependency was repaired before", async () => {
  const bench = new Bench();
  const dependsOn = [bench.id("base")];
  await bench.serve([{ name: "base" }, { name: "top", meta: { dependsOn } }]);
  await bench.clock.advance(2_000);
  bench.cells.tamper("base", "bad");
  await bench.clock.advance(2_000);
  bench.cells.trouble.set("apply:top", "fail");
  bench.cells.tamper("top", "bad");
  await bench.clock.settle();
  assert.equal(bench.statusOf("top").type, "Failed");
  bench.stop();
});
