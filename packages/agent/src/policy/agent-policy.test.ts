import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DEFAULT_POLICY, Fault, silentLog } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { AgentPolicy } from "./agent-policy.ts";
import { createCronTimes } from "./cron-times.ts";
import { FetchWindow } from "./fetch-window.ts";
import { readVetoes } from "./read-vetoes.ts";

const HOUR_MS = 3_600_000;
const HEAD = "apiVersion: holdfast/v1\nkind: Policy\n";
const { signal } = new AbortController();

/** A root of its own, under a directory that only its user can write. */
class Root implements Disposable {
  readonly path = fs.mkdtempSync(join(homedir(), ".holdfast-policy-"));
  readonly clock = new VirtualClock();

  policy(isNamed = false): AgentPolicy {
    const source = { file: join(this.path, "policy.yaml"), isNamed };
    const { path: root, clock } = this;
    return new AgentPolicy({ source, root, trust: { userId: process.geteuid?.() }, clock });
  }

  write(name: string, text: string): void {
    fs.mkdirSync(join(this.path, name, ".."), { recursive: true });
    fs.writeFileSync(join(this.path, name), text, { mode: 0o644 });
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.path, { recursive: true });
  }
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing",
    (error: unknown) => (error instanceof Fault ? error.reason : String(error)),
  );
}

test("without a file the default policy holds; a file that is broken, unsafe or named and missing is never taken for none", async () => {
  using root = new Root();
  const policy = root.policy();
  await policy.load(signal);
  assert.equal(policy.policy(), DEFAULT_POLICY);
  assert.equal(await reasonOf(root.policy(true).load(signal)), "NotFound");
  root.write("policy.yaml", `${HEAD}prune: false\n`);
  await policy.load(signal);
  assert.equal(policy.policy().mayPrune, false);
  for (const text of ["", "prune: 3", HEAD + HEAD, "\u0000", `${HEAD}rules: [{}]\n`]) {
    root.write("policy.yaml", text);
    assert.equal(await reasonOf(policy.load(signal)), "InputInvalid", text);
    assert.equal(policy.policy().mayPrune, false, "the one before holds on");
  }
  fs.rmSync(join(root.path, "policy.yaml"));
  fs.symlinkSync("nowhere", join(root.path, "policy.yaml"));
  assert.equal(await reasonOf(root.policy().load(signal)), "NotFound");
  fs.rmSync(join(root.path, "policy.yaml"));
  fs.mkdirSync(join(root.path, "policy.yaml"));
  assert.equal(await reasonOf(policy.load(signal)), "WrongType");
});

test("vetoes are read while an agent works: a file is noticed within seconds, and what cannot be read counts as one", async () => {
  using root = new Root();
  root.write("policy.yaml", `${HEAD}vetoes: { directory: /vetoes }\n`);
  const policy = root.policy();
  await policy.load(signal);
  assert.deepEqual(policy.vetoes(), []);
  let changes = 0;
  const noticed = Promise.withResolvers<void>();
  using following = policy.follow(() => {
    changes += 1;
    noticed.resolve();
  });
  root.write("vetoes/dump", "owner: backup\nreason: a dump runs\n");
  await root.clock.advance(5_000);
  await noticed.promise;
  assert.deepEqual(
    policy.vetoes().map(({ file, owner, reason }) => [file, owner, reason]),
    [["dump", "backup", "a dump runs"]],
  );
  assert.equal(changes, 1);
  following[Symbol.dispose]();
  const directory = join(root.path, "vetoes");
  fs.mkdirSync(join(directory, "a-directory"));
  fs.symlinkSync("/etc/passwd", join(directory, "a-link"));
  root.write("vetoes/.hidden", "");
  execFileSync("mkfifo", [join(directory, "a-fifo")]);
  root.write("vetoes/long", "x".repeat(100_000));
  const found = await readVetoes(directory, 0);
  assert.deepEqual(found.map(({ file }) => file).toSorted(), ["a-fifo", "dump", "long"]);
  assert.deepEqual(await readVetoes(join(root.path, "none"), 0), []);
});

test("a window opens by the clock of its time zone, also when summer time begins or ends; whatever is no window is a mistake", () => {
  const cron = createCronTimes();
  const at = (text: string): number => Date.parse(text);
  const next = (opens: string, zone: string, after: string): string =>
    new Date(cron.next(opens, zone, at(after)) ?? 0).toISOString();
  assert.equal(next("0 2 * * *", "Europe/Berlin", "2026-07-01T12:00Z"), "2026-07-02T00:00:00.000Z");
  assert.equal(next("0 2 * * *", "Europe/Berlin", "2026-12-01T12:00Z"), "2026-12-02T01:00:00.000Z");
  // There is no 02:30 on that day: it opens when that would have been.
  assert.equal(
    next("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00Z"),
    "2027-03-28T01:00:00.000Z",
  );
  const mistakes: readonly (readonly [string, string])[] = [
    ["0 0 30 2 *", "UTC"],
    ["99 * * * *", "UTC"],
    ["* * * * * *", "UTC"],
    ["* *", "UTC"],
    ["0 2 * * *", "Europe/Atlantis"],
    ["0 2 * * *", ""],
    ["0".repeat(10_000), "UTC"],
  ];
  for (const [opens, zone] of mistakes) {
    assert.equal(typeof cron.mistakeIn(opens, zone), "string", `${opens} ${zone}`);
  }
  assert.equal(cron.mistakeIn("*/5 2-4 * JAN-MAR MON", "UTC"), undefined);
});

test("what is remembered of a window is what would be computed", () => {
  const start = Date.parse("2026-01-01T00:00Z");
  const anyAsk = fc.array(fc.integer({ min: 0, max: 400 * 24 }), { maxLength: 12 });
  fc.assert(
    fc.property(anyAsk, (hours) => {
      const remembering = createCronTimes();
      for (const hour of hours) {
        const ask = ["0 3 * * 1", "Europe/Berlin", start + hour * HOUR_MS] as const;
        assert.equal(remembering.next(...ask), createCronTimes().next(...ask));
      }
    }),
    { numRuns: 15 },
  );
});

test("a reload outside of the windows for it is put off until one opens", async () => {
  const clock = new VirtualClock();
  let reloads = 0;
  const opensMs = clock.wallMs() + 3 * HOUR_MS;
  const window = { opens: "*", timeZone: "UTC", durationMs: HOUR_MS };
  const policy = {
    policy: () => ({ ...DEFAULT_POLICY, fetchWindows: [window] }),
    cron: {
      next: (_opens: string, _zone: string, afterMs: number) =>
        opensMs > afterMs ? opensMs : undefined,
      mistakeIn: () => undefined,
    },
  };
  const taken: number[] = [];
  const reload = (): void => {
    reloads += 1;
    if (fetchWindow.mayFetch()) taken.push(clock.wallMs());
  };
  using fetchWindow = new FetchWindow({ clock, log: silentLog, policy, onOpen: reload });
  reload();
  await clock.advance(2 * HOUR_MS);
  assert.deepEqual(taken, []);
  await clock.advance(HOUR_MS + 1);
  assert.deepEqual(taken, [opensMs]);
  const before = reloads;
  await clock.advance(HOUR_MS);
  assert.equal(reloads, before, "nothing is put off any more");
});
