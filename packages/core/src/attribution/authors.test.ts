import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Attribution } from "./attribution.ts";
import { authorsOf, authorsWords, UNKNOWN_AUTHOR } from "./authors.ts";

const process: fc.Arbitrary<Attribution> = fc.record({
  type: fc.constant("process"),
  process: fc.record(
    {
      pid: fc.integer({ min: 2, max: 99 }),
      name: fc.constantFrom("sed", "vi"),
      unit: fc.constantFrom("cron.service", "app.service"),
      user: fc.constantFrom("root", "bob"),
      loginUser: fc.constantFrom("root", "bob"),
    },
    { requiredKeys: ["pid"] },
  ),
  evidence: fc.constantFrom("kernel-event", "holds-open", "held-replaced"),
  atMs: fc.constant(0),
});
const others = fc.constantFrom<Attribution>(
  { type: "unknown", observed: [] },
  { type: "login", login: { user: "bob", terminal: "pts/0", atMs: 0 }, observed: [] },
  { type: "package", tool: "dpkg", package: "nginx", action: "upgrade", evidence: "ran", atMs: 0 },
);
const attributions = fc.array(fc.oneof(process, others), { maxLength: 12 });

test("authors: each change is counted once, each author is there once, and the unknown one is last", () => {
  fc.assert(
    fc.property(attributions, (drawn) => {
      const authors = authorsOf(drawn);
      const names = authors.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
      assert.equal(
        authors.reduce((sum, { times }) => sum + times, 0),
        drawn.length,
      );
      const position = names.indexOf(UNKNOWN_AUTHOR);
      assert(position === -1 || position === names.length - 1);
    }),
  );
});

test("authors: the number of a process and the order of changes make no other author", () => {
  fc.assert(
    fc.property(attributions, (drawn) => {
      const counted = (list: readonly Attribution[]): ReadonlyMap<string, number> =>
        new Map(authorsOf(list).map(({ name, times }) => [name, times]));
      const renumbered = drawn.map((one) =>
        one.type === "process" ? { ...one, process: { ...one.process, pid: 1_000 } } : one,
      );
      assert.deepEqual(counted(renumbered.toReversed()), counted(drawn));
    }),
  );
});

test("authors: program, unit and user are named, and no more certain than they are", () => {
  const sed = { pid: 7, name: "sed", unit: "cron.service", user: "root" };
  const certain: Attribution = { type: "process", process: sed, evidence: "kernel-event", atMs: 0 };
  const again: Attribution = { ...certain, process: { ...sed, pid: 8 } };
  const holding: Attribution = {
    type: "process",
    process: { pid: 9, name: "vi", user: "root", loginUser: "bob" },
    evidence: "holds-open",
    atMs: 0,
  };
  const gone: Attribution = { ...certain, process: { pid: 9 } };
  const authors = authorsOf([certain, { type: "unknown", observed: [] }, holding, again, gone]);
  assert.equal(
    authorsWords(authors),
    "sed of cron.service (root) 2 times, probably vi (root for bob) 1 time, " +
      "a process that ended at once 1 time, unknown 1 time",
  );
  assert.deepEqual(
    authors.map(({ certainty }) => certainty),
    ["certain", "likely", "certain", "none"],
  );
});
