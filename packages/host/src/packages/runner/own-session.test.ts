import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { realClock } from "../../system/real-clock.ts";
import { ownSession } from "./own-session.ts";
import { TaskFiles } from "./task-files.ts";
import type { TransactionRunner } from "./transaction-runner.ts";

const environment = { PATH: "/usr/bin:/bin" };
const never = new AbortController().signal;

interface Opened {
  readonly directory: string;
  readonly runner: TransactionRunner;
  /** Another agent on the same files. */
  readonly next: TransactionRunner;
}

function open(t: TestContext): Opened {
  const base = mkdtempSync(join(tmpdir(), "holdfast-session-"));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const directory = join(base, "tasks");
  return {
    directory,
    runner: ownSession(new TaskFiles(directory), realClock),
    next: ownSession(new TaskFiles(directory), realClock),
  };
}

/** A shell that writes where it is asked to, and ends when a file is there. */
function untilFile(path: string): [string, ...string[]] {
  return [
    "sh",
    "-c",
    'echo begun; while [ ! -e "$1" ]; do sleep 0.01; done; echo ended',
    "sh",
    path,
  ];
}

test("the exit code and the end of both streams come back, and nothing is left", async (t) => {
  const { runner, directory } = open(t);
  const argv = ["sh", "-c", "echo out; echo err >&2; exit 7"] as const;
  const end = await runner.run({ argv, environment, task: "one" }, never);
  assert.deepEqual(end, { exitCode: 7, output: "out\nerr\n" });
  const long = ["sh", "-c", "yes long | head -c 200000; echo last; kill -9 $$"] as const;
  const cut = await runner.run({ argv: long, environment, task: "two" }, never);
  assert.equal(cut.exitCode, undefined);
  assert.ok(cut.output.length <= 64 * 1024 && cut.output.endsWith("last\n"));
  assert.deepEqual(readdirSync(directory), []);
});

test("the environment is exactly what is given, and so is the input", async (t) => {
  const { runner } = open(t);
  const env = { ...environment, A: "1" };
  const argv = ["sh", "-c", "env | grep -vE '^(PWD|SHLVL|_|OLDPWD)=' | sort; cat"] as const;
  const { output } = await runner.run({ argv, environment: env, task: "env" }, never);
  assert.equal(output, "A=1\nPATH=/usr/bin:/bin\n");
  const given = { argv: ["cat"] as const, environment, input: "given\n", task: "input" };
  assert.equal((await runner.run(given, never)).output, "given\n");
});

test("D14: a stop ends the waiting; the transaction goes on, is found by its task, and waited for by the next agent", async (t) => {
  const { runner, next, directory } = open(t);
  const go = join(directory, "..", "go");
  const stop = new AbortController();
  const work = runner.run({ argv: untilFile(go), environment, task: "long" }, stop.signal);
  const stopped = assert.rejects(work, { reason: "Aborted" });
  while ((await next.state("long", never)).type !== "running") await pause();
  stop.abort();
  await stopped;
  assert.deepEqual(await next.state("long", never), { type: "running" });
  const again = next.run({ argv: ["false"], environment, task: "long" }, never);
  // It is asked about before it may end, or a transaction that is over would be begun anew.
  for (let asked = 0; asked < 20; asked += 1) await next.state("long", never);
  writeFileSync(go, "");
  assert.deepEqual(await again, { exitCode: undefined, output: "begun\nended\n" });
  assert.deepEqual(await next.state("long", never), { type: "unknown" });
});

test("the remains of others are removed with the next task, except those of running tasks", async (t) => {
  const { runner, next, directory } = open(t);
  const go = join(directory, "..", "go");
  const stop = new AbortController();
  const argv = untilFile(go);
  const work = runner.run({ argv, environment, task: "running" }, stop.signal).catch(() => {});
  while ((await next.state("running", never)).type !== "running") await pause();
  stop.abort();
  await work;
  writeFileSync(join(directory, "old.output"), "");
  // The pid of this process, as if it had begun at another time: the number was given away again.
  writeFileSync(join(directory, "old.task"), `${process.pid} 1`);
  assert.deepEqual(await next.state("old", never), { type: "unknown" });
  await next.run({ argv: ["true"], environment, task: "new" }, never);
  assert.deepEqual(readdirSync(directory).sort(), ["running.output", "running.task"]);
  writeFileSync(go, "");
  while ((await next.state("running", never)).type === "running") await pause();
});

test("a program that is not there is a fault, and leaves nothing", async (t) => {
  const { runner, directory } = open(t);
  const command = { argv: ["/nowhere/apt-get"] as const, environment, task: "none" };
  await assert.rejects(runner.run(command, never), { reason: "CommandNotFound" });
  assert.ok(!existsSync(join(directory, "none.output")));
});

function pause(): Promise<void> {
  return new Promise((resolve) => realClock.schedule(10, resolve));
}
