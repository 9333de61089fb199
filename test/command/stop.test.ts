import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { processesWith, Scratch, Serving } from "./command.ts";

test("D14: SIGTERM and SIGINT in the first pass let what runs end and begin nothing more", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    using scratch = new Scratch();
    const script =
      ": > $HOLDFAST_ROOT/begun; while ! test -e $HOLDFAST_ROOT/go; do sleep 0.05; done";
    await using serving = new Serving(scratch, [
      scratch.manifest([
        `{ kind: exec, name: slow, spec: { command: [/bin/sh, -c, "${script}; : > $HOLDFAST_ROOT/done"], creates: /done } }`,
        '{ kind: file, name: /later, spec: { content: "" }, meta: { dependsOn: ["exec:slow"] } }',
      ]),
      "--root-exec",
    ]);
    await until(() => fs.existsSync(scratch.at("begun")));
    const ended = serving.end(signal);
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(serving.child.exitCode, null, "it waits");
    fs.writeFileSync(scratch.at("go"), "");
    assert.equal(await ended, 0, "a stop is no failure");
    assert.ok(fs.existsSync(scratch.at("done")));
    assert.equal(fs.existsSync(scratch.at("later")), false);
    assert.equal(serving.events.at(-1)?.["type"], "stopped");
  }
});

test("D14: a second signal ends it at once, with the signal in the exit code", async () => {
  using scratch = new Scratch();
  const command = '[/bin/sh, -c, ": > $HOLDFAST_ROOT/begun; exec sleep 8640054"]';
  await using serving = new Serving(scratch, [
    scratch.manifest([`{ kind: exec, name: slow, spec: { command: ${command}, creates: /done } }`]),
    "--root-exec",
  ]);
  await until(() => fs.existsSync(scratch.at("begun")));
  serving.child.kill("SIGTERM");
  // One that comes sooner is taken for an echo of the first.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(serving.child.exitCode, null, "it waits");
  assert.equal(await serving.end("SIGTERM"), 143);
  for (const pid of processesWith("8640054")) process.kill(pid);
});

async function until(isSo: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!isSo()) {
    assert.ok(!deadline.aborted, "it never came");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
