import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { test } from "node:test";
import { processesWith, Scratch, Serving } from "./command.ts";

const A = '{ kind: file, name: /a, spec: { content: "x\\n" } }';
const LOCK = "run/holdfast/agent.lock";

test("promise 10: a lock file that is removed or replaced is locked again, lets nobody in, and is reported", async () => {
  using scratch = new Scratch();
  await using serving = await Serving.start(scratch, [A]);
  const other = scratch.manifest(["{ kind: file, name: /b, spec: {} }"], "other.yaml");
  for (const disturb of [
    () => fs.rmSync(scratch.at(LOCK)),
    () => fs.writeFileSync(`${scratch.at(LOCK)}.new`, "", { mode: 0o640 }),
  ]) {
    const since = serving.events.length;
    disturb();
    if (fs.existsSync(`${scratch.at(LOCK)}.new`)) {
      fs.renameSync(`${scratch.at(LOCK)}.new`, scratch.at(LOCK));
    }
    for (const command of ["apply", "serve"]) {
      const { code, output } = scratch.run(command, [other]);
      assert.equal(code, 1, output);
      assert.match(output, /AgentRunning: /);
    }
    await serving.event({ type: "recovered", subject: "lock" }, since);
    const degraded = await serving.event({ type: "degraded", subject: "lock" }, since);
    assert.match(JSON.stringify(degraded), /LockLost.*agent\.lock was removed or replaced/);
    assert.equal(fs.readFileSync(scratch.at(LOCK), "utf8"), `${serving.child.pid}\n`);
  }
  assert.equal(fs.existsSync(scratch.at("b")), false);
  assert.equal(await serving.end("SIGTERM"), 0);
});

test("promise 10: an agent whose lock is lost altogether says so and ends, and what it runs ends with it", async () => {
  for (const command of ["serve", "apply"] as const) {
    using scratch = new Scratch();
    const seconds = "8640057";
    const begun = `": > $HOLDFAST_ROOT/begun; sleep ${seconds}"`;
    const slow = `{ kind: exec, name: slow, spec: { command: [/bin/sh, -c, ${begun}], creates: /done } }`;
    const words = [command, scratch.manifest([A, slow]), "--root-exec"];
    const agent = spawn("/bin/sh", ["-c", `exec ${scratch.shell(words)} 2>&1`], {
      cwd: scratch.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    agent.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await until(() => fs.existsSync(scratch.at("begun")));
    const ended = once(agent, "close");
    fs.rmSync(scratch.at("run/holdfast"), { recursive: true });
    fs.renameSync(scratch.at("var/lib/holdfast"), scratch.at("var/lib/away"));
    await ended;
    assert.equal(agent.exitCode, 1, output);
    assert.match(output, /^LockLost: the lock of this root was lost/m);
    assert.deepEqual(processesWith(seconds), []);
    const ledger = fs.readFileSync(scratch.at("var/lib/away/ledger.jsonl"), "utf8");
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(fs.readFileSync(scratch.at("var/lib/away/ledger.jsonl"), "utf8"), ledger);
  }
});

/** The agent has timers of its own; this only waits for what it does. */
async function until(isSo: () => boolean): Promise<void> {
  const tooLate = AbortSignal.timeout(20_000);
  while (!isSo()) {
    assert.ok(!tooLate.aborted, "it never was so");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
