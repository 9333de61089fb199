import assert from "node:assert/strict";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import { makeScratch } from "../testing/scratch.ts";
import { choosePrunable, type PruneRules } from "./choose.ts";
import { prune } from "./prune.ts";
import {
  ageFromModification,
  ageFromName,
  allStrategies,
  anyStrategy,
  largerThan,
  olderThan,
  type PrunableFile,
  type PruneStrategy,
} from "./strategy.ts";

const never = new AbortController().signal;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 5, 15);
const clock = {
  wallMs: () => NOW_MS,
  monotonicMs: () => 0,
  schedule: () => () => {},
};

/** Days before now, or a time that a machine without a clock gives, or a name without a date. */
const file = fc.record({
  days: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -2, max: 90 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  sizeBytes: fc.integer({ min: 0, max: 100 }),
});
const files = fc
  .array(file, { maxLength: 25 })
  .map((all) => all.map((each, index) => prunable(`f${index}.log`, each.days, each.sizeBytes)));

function prunable(name: string, days: number | undefined, sizeBytes: number): PrunableFile {
  return { name, sizeBytes, modifiedMs: days === undefined ? 86_400 : NOW_MS - days * DAY_MS };
}

const strategy: fc.Arbitrary<PruneStrategy | undefined> = fc.constantFrom(
  undefined,
  olderThan(30 * DAY_MS),
  largerThan(50),
  anyStrategy(olderThan(60 * DAY_MS), largerThan(90)),
  allStrategies(olderThan(10 * DAY_MS), largerThan(30)),
  allStrategies(),
);
const rules: fc.Arbitrary<PruneRules> = fc.record({
  age: fc.constant(ageFromModification),
  expired: strategy,
  keepNewest: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  keepAtLeast: fc.integer({ min: 0, max: 3 }),
});

const knownOf = (all: readonly PrunableFile[]): readonly PrunableFile[] =>
  all
    .filter((each) => ageFromModification(each) !== undefined)
    .toSorted((one, other) => other.modifiedMs - one.modifiedMs);

suite("what is chosen", () => {
  test("M12: a file whose age is unknown is never chosen, in either pass", () => {
    fc.assert(
      fc.property(files, rules, (all, given) => {
        for (const { file: each } of choosePrunable(all, given, NOW_MS)) {
          assert.notEqual(ageFromModification(each), undefined);
        }
      }),
    );
  });

  test("M12: the newest so many are never chosen, in either pass", () => {
    fc.assert(
      fc.property(files, rules, (all, given) => {
        const chosen = choosePrunable(all, given, NOW_MS).map(({ file: each }) => each.modifiedMs);
        const safe = knownOf(all)[given.keepAtLeast - 1]?.modifiedMs ?? -Infinity;
        if (given.keepAtLeast === 0) return;
        assert.ok(chosen.every((modifiedMs) => modifiedMs <= safe));
        assert.ok(
          knownOf(all).length - chosen.length >= Math.min(given.keepAtLeast, knownOf(all).length),
        );
      }),
    );
  });

  test("M12: the cap keeps the newest files, and no more of them; expired files go", () => {
    fc.assert(
      fc.property(files, rules, (all, given) => {
        const { expired, keepNewest = Infinity, keepAtLeast } = given;
        const chosen = choosePrunable(all, given, NOW_MS);
        const gone = new Map(chosen.map(({ file: each, because }) => [each.name, because]));
        const kept = knownOf(all).filter(({ name }) => !gone.has(name));
        assert.ok(kept.length <= Math.max(keepNewest, keepAtLeast));
        const oldestKept = Math.min(...kept.map(({ modifiedMs }) => modifiedMs));
        for (const { file: each, because } of chosen) {
          assert.equal(expired?.(each, NOW_MS) === "expired", because === "expired");
          if (because === "beyond-cap") assert.ok(each.modifiedMs <= oldestKept);
        }
        const stillExpired = kept.filter((each) => expired?.(each, NOW_MS) === "expired");
        assert.ok(stillExpired.length <= keepAtLeast);
      }),
    );
  });

  test("M12: a strategy that cannot tell protects a file from the cap and from every other strategy", () => {
    const nameless = [
      prunable("notes.txt", 80, 99),
      ...[1, 2, 3].map((n) => prunable(`a-2026-01-0${n}`, 1, 9)),
    ];
    for (const combine of [anyStrategy, allStrategies]) {
      const expired = combine(olderThan(DAY_MS, ageFromName), largerThan(50));
      const given = { age: ageFromModification, expired, keepNewest: 1, keepAtLeast: 0 };
      const chosen = choosePrunable(nameless, given, NOW_MS).map(({ file: each }) => each.name);
      assert.ok(!chosen.includes("notes.txt"));
      assert.equal(chosen.length, combine === anyStrategy ? 3 : 2);
    }
  });
});

suite("ages", () => {
  test("M12: the age is read from names, and from nothing that is no date", () => {
    const published: readonly (readonly [string, string])[] = [
      ["app-2026-01-31.log", "2026-01-31T00:00:00.000Z"],
      ["20260131.gz", "2026-01-31T00:00:00.000Z"],
      ["op_20260131T120102.jsonl", "2026-01-31T12:01:02.000Z"],
      ["op-20260131-1201", "2026-01-31T12:01:00.000Z"],
      ["x.2026-01-31T12:01:02Z", "2026-01-31T12:01:02.000Z"],
      ["2026-01-31_12-01-02", "2026-01-31T12:01:02.000Z"],
    ];
    for (const [name, iso] of published) {
      assert.equal(ageFromName(prunable(name, 0, 0)), Date.parse(iso), name);
    }
    for (const name of ["a.log", "2026-02-30", "2026-13-01", "1234567890", "19700101", "v1.2.3"]) {
      assert.equal(ageFromName(prunable(name, 0, 0)), undefined, name);
    }
  });

  test("M12: a limit that is none is refused", () => {
    for (const bad of [0, -1, Number.NaN, Infinity]) {
      assert.throws(() => olderThan(bad), { reason: "OptionInvalid" });
      assert.throws(() => largerThan(bad), { reason: "OptionInvalid" });
    }
  });
});

/** A directory with files of so many days each. */
function plant(t: TestContext, days: Readonly<Record<string, number>>): string {
  const directory = makeScratch(t);
  for (const [name, age] of Object.entries(days)) {
    writeFileSync(join(directory, name), "x".repeat(age));
    const timeS = (NOW_MS - age * DAY_MS) / 1_000;
    utimesSync(join(directory, name), timeS, timeS);
  }
  return directory;
}

suite("what is removed", () => {
  test("M12: by age, then by number; what was removed is returned", async (t) => {
    const directory = plant(t, { a: 1, b: 2, c: 3, d: 40, e: 50 });
    const expired = olderThan(30 * DAY_MS);
    const preview = await prune(
      { directory, expired, keepNewest: 2, isDryRun: true, clock },
      never,
    );
    assert.equal(readdirSync(directory).length, 5);
    const result = await prune({ directory, expired, keepNewest: 2, clock }, never);
    assert.deepEqual(result, preview);
    assert.deepEqual(readdirSync(directory).toSorted(), ["a", "b"]);
    assert.deepEqual(result, {
      removed: [
        { name: "c", sizeBytes: 3, because: "beyond-cap" },
        { name: "d", sizeBytes: 40, because: "expired" },
        { name: "e", sizeBytes: 50, because: "expired" },
      ],
      failed: [],
    });
  });

  test("M12: regular files only, and only those that match", async (t) => {
    const directory = plant(t, { "a.log": 50, "b.log": 60, "keep.txt": 0 });
    const target = plant(t, { target: 80 });
    mkdirSync(join(directory, "c.log"));
    symlinkSync(join(target, "target"), join(directory, "d.log"));
    const matches = (name: string): boolean => name.endsWith(".log");
    await prune({ directory, matches, expired: olderThan(DAY_MS), keepAtLeast: 0, clock }, never);
    assert.deepEqual(readdirSync(directory).toSorted(), ["c.log", "d.log", "keep.txt"]);
    assert.deepEqual(readdirSync(target), ["target"]);
  });

  test("M12: a file that is not regular does not count among the newest", async (t) => {
    const directory = plant(t, { a: 10, b: 20 });
    mkdirSync(join(directory, "directory"));
    symlinkSync("nowhere", join(directory, "link"));
    const { removed } = await prune({ directory, keepNewest: 1, clock }, never);
    assert.deepEqual(
      removed.map(({ name }) => name),
      ["b"],
    );
  });

  test("M12: the live file is never touched, by its name, by a link to it, or by its second name", async (t) => {
    const directory = plant(t, { one: 50, two: 60, three: 70, four: 80, five: 90 });
    symlinkSync("two", join(directory, "current"));
    linkSync(join(directory, "three"), join(directory, "third"));
    const live = ["one", "current", join(directory, "third"), "not-there"];
    const options = { directory, live, expired: olderThan(DAY_MS), keepAtLeast: 0, keepNewest: 1 };
    const { removed } = await prune({ ...options, clock }, never);
    assert.deepEqual(removed.map(({ name }) => name).toSorted(), ["five", "four"]);
    const left = ["current", "one", "third", "three", "two"];
    assert.deepEqual(readdirSync(directory).toSorted(), left);
  });

  test("M12: the newest stays by default even when it is old", async (t) => {
    const directory = plant(t, { old: 50, older: 60 });
    await prune({ directory, expired: olderThan(DAY_MS), clock }, never);
    assert.deepEqual(readdirSync(directory), ["old"]);
  });

  test("M12: a clock that jumps ahead of every file erases none of them, and one that goes back neither", async (t) => {
    const days = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
    const jump = fc.integer({ min: -4_000, max: 4_000 });
    await fc.assert(
      fc.asyncProperty(days, jump, async (ages, jumpDays) => {
        const directory = plant(
          t,
          Object.fromEntries(ages.map((age, index) => [`f${index}`, age])),
        );
        const jumped = { ...clock, wallMs: () => NOW_MS + jumpDays * DAY_MS };
        const options = { directory, expired: olderThan(10 * DAY_MS), keepAtLeast: 0 };
        const { removed } = await prune({ ...options, clock: jumped }, never);
        assert.deepEqual(removed, []);
      }),
      { numRuns: 30 },
    );
  });

  test("M12: a file that was replaced since it was judged stays", async (t) => {
    const directory = plant(t, { a: 1, b: 50, fresh: 50 });
    const age = (each: PrunableFile): number => {
      // What another process does between the check and the removal.
      if (each.name === "b") renameSync(join(directory, "fresh"), join(directory, "b"));
      return each.modifiedMs;
    };
    const { removed } = await prune(
      { directory, age, keepNewest: 1, clock, matches: (name) => name !== "fresh" },
      never,
    );
    assert.deepEqual(removed, []);
    assert.deepEqual(readdirSync(directory).toSorted(), ["a", "b"]);
  });

  test("M12: rules that say nothing, a link for a directory, and an abort are refused", async (t) => {
    const directory = plant(t, { a: 50, b: 60 });
    const expired = olderThan(DAY_MS);
    await assert.rejects(prune({ directory }, never), { reason: "OptionInvalid" });
    for (const keepNewest of [0, -1, 1.5]) {
      await assert.rejects(prune({ directory, keepNewest }, never), { reason: "OptionInvalid" });
    }
    await assert.rejects(prune({ directory, expired, keepAtLeast: -1 }, never), {
      reason: "OptionInvalid",
    });
    symlinkSync(directory, join(directory, "linked"));
    await assert.rejects(prune({ directory: join(directory, "linked"), expired }, never), {
      reason: "PathUnsafe",
    });
    await assert.rejects(prune({ directory: join(directory, "none"), expired }, never), {
      reason: "NotFound",
    });
    await assert.rejects(prune({ directory, expired }, AbortSignal.abort()), { reason: "Aborted" });
    assert.deepEqual(readdirSync(directory).toSorted(), ["a", "b", "linked"]);
  });
});
