import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommandRequest } from "@holdfast/core";
import { VirtualClock } from "../virtual-clock.ts";
import { createSimulatedKernel } from "./kernel/kernel.ts";
import { type Programs, simulatedCommands } from "./simulated-commands.ts";

const never = new AbortController().signal;

function open(programs: Programs) {
  const kernel = createSimulatedKernel();
  const clock = new VirtualClock();
  return { kernel, clock, commands: simulatedCommands(() => kernel, clock, programs) };
}

const request = (more: Partial<CommandRequest> = {}): CommandRequest => ({
  argv: ["tool", "up"],
  env: {},
  timeoutMs: 1_000,
  ...more,
});

test("K5: a simulated command that is left to finish is waited for, and its outcome is unknown", async () => {
  for (const [worksMs, waitedMs] of [
    [3_000, 3_000],
    [9_000, 6_000],
  ] as const) {
    const { clock, commands } = open({
      tool: () => new Promise((resolve) => clock.schedule(worksMs, () => resolve({}))),
    });
    const startedAtMs = clock.monotonicMs();
    const run = commands.run(request({ onAbort: "finish", finishWithinMs: 5_000 }), never);
    const refused = assert.rejects(run, { reason: "OutcomeUnknown", retry: "backoff" });
    await clock.finish(refused, 60_000);
    assert.equal(clock.monotonicMs() - startedAtMs, waitedMs);
  }
});

test("K5: a simulated command that is killed leaves what it had changed by then", async () => {
  const tool: Programs = {
    tool: (_, { tamper }) => {
      for (const path of ["/one", "/two", "/three"]) tamper.write(path, "");
      return { stdout: "done" };
    },
  };
  for (const [afterChanges, left] of [
    [0, []],
    [2, ["/one", "/two"]],
    [9, ["/one", "/three", "/two"]],
  ] as const) {
    const { kernel, commands } = open(tool);
    const result = await commands.runKilled(request(), afterChanges, never);
    assert.deepEqual(
      [result.exitCode, result.signalName, result.stdout],
      [undefined, "SIGKILL", ""],
    );
    const paths = ["/one", "/three", "/two"].filter((path) => kernel.inspect.stat(path));
    assert.deepEqual(paths, left);
  }
});

test("K5: a whole command line is found before its program, and what is missing is not there", async () => {
  const { commands } = open({
    tool: "missing",
    "tool up": () => ({ exitCode: 3, stdout: "0123456789" }),
  });
  const found = await commands.query(request({ maxOutputBytes: 4 }), never);
  assert.deepEqual([found.exitCode, found.stdout, found.isTruncated], [3, "6789", true]);
  const other = commands.run(request({ argv: ["tool", "down"] }), never);
  await assert.rejects(other, { reason: "CommandNotFound" });
});
