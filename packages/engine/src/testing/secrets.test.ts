import assert from "node:assert/strict";
import { test } from "node:test";
import { REDACTED, Fault } from "@holdfast/core";
import { simulatedSecrets } from "@holdfast/testing";
import fc from "fast-check";
import { Bench } from "./bench.ts";

const SECRETS = { "db.password": "hunter2-hunter2", "api.token": "t0ken-t0ken" };
const MINUTE_MS = 60_000;

/** Everything that has left an engine, and its answers to questions. */
function leftBy({ events, ledger, logged, engine }: Bench): string {
  const { intents, outcomes } = ledger;
  return JSON.stringify([events, intents, outcomes, logged, engine.statuses()]);
}

test("B4: the secret of a reference is written, and nothing that leaves the engine shows it", async () => {
  const bench = new Bench();
  const fakes = [{ name: "a", secret: "db.password" }, { name: "b" }];
  const results = await bench.converge(fakes, { secrets: simulatedSecrets(SECRETS) });
  assert.equal(bench.fakes.values.get("a"), "hunter2-hunter2");
  const change = { path: "value", to: REDACTED, action: "add" };
  assert.deepEqual(results.get("a")?.changes, [change]);
  assert.deepEqual(results.get("b")?.changes, [{ ...change, to: "good" }]);
  assert.doesNotMatch(leftBy(bench), /hunter2/);
  const fingerprints = bench.ledger.outcomes.flatMap((outcome) =>
    outcome.type === "done" ? [outcome.fingerprint] : [],
  );
  assert.equal(fingerprints.length, 2);
  const keyed = simulatedSecrets(SECRETS).digest("hunter2-hunter2");
  assert.ok(fingerprints.includes(keyed), "what was seen of it is a keyed digest");
});

test("B4: a plan shows a secret on neither side, also not the one that is there", async () => {
  const bench = new Bench();
  bench.fakes.values.set("a", "the old one");
  await bench.load([{ name: "a", secret: "db.password" }], 1, {
    secrets: simulatedSecrets(SECRETS),
  });
  const plan = await bench.engine.plan(bench.signal);
  const change = { path: "value", from: REDACTED, to: REDACTED, action: "replace" };
  assert.deepEqual(plan.actions[0]?.changes, [change]);
  await bench.load([{ name: "a", secret: "db.password" }], 1, {
    secrets: simulatedSecrets({ ...SECRETS, "db.password": "another one" }),
  });
  const other = await bench.engine.plan(bench.signal);
  assert.notEqual(plan.digest, other.digest, "an approval of one value is not one of another");
});

test("B4: empty secret written: a secret that is not there is unknown, and nothing is written", async () => {
  for (const secrets of [undefined, simulatedSecrets({ other: "hunter2-hunter2" })]) {
    const bench = new Bench();
    const results = await bench.converge([{ name: "a", secret: "db.password" }], { secrets });
    assert.equal(results.get("a")?.status, "unknown");
    assert.equal(results.get("a")?.fault?.reason, "SecretInvalid");
    assert.deepEqual([...bench.fakes.values], []);
    assert.equal(bench.count("apply", "a"), 0);
  }
});

test("B4: a secret that says something else is news for its users alone; another key is none", async () => {
  const bench = new Bench();
  const fakes = [
    { name: "a", secret: "db.password" },
    { name: "b", secret: "api.token" },
    { name: "c" },
  ];
  bench.events.length = 0;
  await bench.load(fakes, 1, { secrets: simulatedSecrets(SECRETS) });
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.advance(MINUTE_MS);
  await bench.load(fakes, 1, {
    secrets: simulatedSecrets({ ...SECRETS, "db.password": "changed-changed" }),
  });
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("a"), "changed-changed");
  assert.equal(bench.resultsOf("a").at(-1)?.cause, "intent");
  const applies = () => ["a", "b", "c"].map((name) => bench.count("apply", name));
  assert.deepEqual(applies(), [2, 1, 1]);
  const rekeyed = simulatedSecrets({ ...SECRETS, "db.password": "changed-changed" }, "another key");
  await bench.load(fakes, 1, { secrets: rekeyed });
  await bench.clock.advance(2_000);
  assert.deepEqual(applies(), [2, 1, 1]);
  bench.fakes.tamper("a", "hunter2-hunter2");
  await bench.clock.advance(2_000);
  assert.equal(bench.fakes.values.get("a"), "changed-changed", "drift is repaired");
  assert.doesNotMatch(leftBy(bench), /hunter2|changed-changed|t0ken/, "nor is the old one shown");
  bench.stop();
  await bench.clock.finish(served);
});

/** Operations of others that print a secret. */
const anyOperation = fc.record({
  operation: fc.constantFrom("tamper", "refuse", "throw", "unwatch", "reload", "wait"),
  name: fc.constantFrom("a", "b", "c", "d"),
  at: fc.nat(2),
});

test("B4: whatever happens and whatever it says, no secret leaves the engine, old or new", async () => {
  const anySecret = fc
    .string({ unit: "grapheme", minLength: 8, maxLength: 24 })
    .filter((text) => text.isWellFormed() && new Set(text).size > 4);
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySecret, { minLength: 3, maxLength: 3 }),
      fc.array(anyOperation, { maxLength: 12 }),
      fc.boolean(),
      async (texts, operations, canGroup) => {
        await live(texts, operations, canGroup);
      },
    ),
    { numRuns: 150 },
  );
});

async function live(
  texts: readonly string[],
  operations: readonly { readonly operation: string; readonly name: string; readonly at: number }[],
  canGroup: boolean,
): Promise<void> {
  const bench = new Bench({ fakes: { canGroup }, engine: { retryBaseMs: 100 } });
  const secretOf = (at: number): string => texts[at % texts.length] ?? "";
  const secretsAt = (at: number) => simulatedSecrets({ x: secretOf(at), y: secretOf(at + 1) });
  const group = canGroup ? { group: "g", lane: "l" } : {};
  const fakes = [
    { name: "a", secret: "x", ...group },
    { name: "b", secret: "y", ...group },
    { name: "c", value: "plain", meta: { notify: [bench.id("a")] } },
    { name: "d", secret: "x", meta: { noop: true } },
  ];
  let say: ((name: string) => void) | undefined;
  bench.fakes.onApply = (name) => say?.(name);
  await bench.load(fakes, 1, { secrets: secretsAt(0) });
  await bench.engine.plan(bench.signal).then((plan) => check(plan, [secretOf(0), secretOf(1)]));
  const served = bench.engine.serve({}, bench.signal);
  await bench.clock.advance(MINUTE_MS);
  const known = new Set([secretOf(0), secretOf(1)]);
  for (const { operation, name, at } of operations) {
    const published = [...known][at % known.size] ?? "";
    say = undefined;
    if (operation === "refuse") say = () => raise(faultSaying(published));
    if (operation === "throw")
      say = () => raise(new TypeError(`cannot read ${JSON.stringify(published)}`));
    if (operation === "unwatch") bench.fakes.breakWatch(faultSaying(published));
    if (operation === "reload") {
      await bench.load(fakes, 1, { secrets: secretsAt(at) });
      for (const text of [secretOf(at), secretOf(at + 1)]) known.add(text);
    }
    bench.fakes.tamper(name, published);
    await bench.clock.advance(MINUTE_MS);
  }
  bench.stop();
  const report = await bench.clock.finish(served);
  check([report, bench.events, bench.ledger, bench.logged, bench.engine.statuses()], known);
}

function check(left: unknown, secrets: Iterable<string>): void {
  const text = JSON.stringify(left);
  for (const secret of secrets) {
    const forms = [secret, JSON.stringify(secret), JSON.stringify(JSON.stringify(secret))];
    for (const form of forms) assert.ok(!text.includes(form.replace(/^"|"$/g, "")), text);
    assert.ok(!text.includes(Buffer.from(secret).toString("base64")), text);
  }
}

function faultSaying(text: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `refused: ${text}`,
    resolution: `Do not say ${Buffer.from(text).toString("base64")}.`,
  });
}

function raise(error: Error): never {
  throw error;
}
