import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type EngineEvent, Fault, silentLog } from "@holdfast/core";
import type { Lock, LockState } from "@holdfast/host";
import { simulatedOneShots, VirtualClock } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { guardedLogCalls, guardedOneShots, LockGuard } from "./lock-guard.ts";
import { refuseBesideAgent } from "./refuse-beside-agent.ts";

const { signal } = new AbortController();

/** A guard over a lock that is as the test says. */
function guarded() {
  const clock = new VirtualClock();
  let state: LockState | Error = { type: "held" };
  let checks = 0;
  const lock: Lock = {
    async check() {
      checks += 1;
      if (state instanceof Error) throw state;
      return state;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return {
    clock,
    guard: new LockGuard({ lock, clock, log: silentLog }),
    become: (next: LockState | Error) => (state = next),
    checks: () => checks,
  };
}

function fault(message: string): Fault {
  return new Fault({ reason: "LockLost", message, resolution: "-" });
}

test("promise 10: however a lock changes over time, each failure is reported once and ended once, and a lost one stops all writing in 2 s for good", async () => {
  const anyState = fc.constantFrom<LockState | Error>(
    { type: "held" },
    { type: "retaken", fault: fault("retaken") },
    { type: "weakened", fault: fault("weak") },
    { type: "weakened", fault: fault("weaker") },
    { type: "lost", fault: fault("lost") },
    new Error("no answer"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyState, { maxLength: 10 }), async (states) => {
      const { clock, guard, become } = guarded();
      const events: EngineEvent[] = [];
      const calls = guardedLogCalls(new SimulatedLogDisk().calls, guard);
      const log = await calls.open("/log");
      let isLost = false;
      {
        await using _watch = guard.watch((event) => events.push(event));
        await clock.settle();
        for (const state of states) {
          become(state);
          await clock.advance(2_000);
          isLost ||= !(state instanceof Error) && state.type === "lost";
          assert.equal(guard.lost.aborted, isLost);
          const written = log.append(Buffer.from("line\n"));
          if (isLost) await assert.rejects(written, { reason: "LockLost" });
          else await written;
        }
      }
      assert.equal(clock.pending, 0, "it checks no more");
      // Of two in a row the second says something else.
      for (const [at, event] of events.entries()) {
        assert.notDeepEqual(event, events[at + 1]);
        if (event.type === "recovered") assert.equal(events[at - 1]?.type, "degraded");
      }
      const last = events.at(-1);
      if (isLost) assert.ok(last?.type === "degraded" && last.fault.message === "lost");
    }),
  );
});

test("promise 10: a one-shot begins only when its key is durable under a lock that still holds", async () => {
  const { guard, become, checks } = guarded();
  const inner = simulatedOneShots();
  const oneShots = guardedOneShots(inner, guard);
  await oneShots.begin("first", signal);
  assert.equal(checks(), 1);
  become({ type: "lost", fault: fault("lost") });
  await assert.rejects(oneShots.begin("second", signal), { reason: "LockLost" });
  assert.equal(inner.state("second"), "begun", "it is not begun by itself any more");
});

test("promise 10: a socket that an agent serves refuses the newcomer; a stale one does not", async () => {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-beside-"));
  const path = join(directory, "control.sock");
  await refuseBesideAgent(path);
  fs.writeFileSync(path, "");
  await refuseBesideAgent(path);
  fs.rmSync(path);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await assert.rejects(refuseBesideAgent(path), { reason: "AgentRunning" });
  // As it is left by an agent that was killed.
  const stale = join(directory, "stale.sock");
  fs.linkSync(path, stale);
  await new Promise((resolve) => server.close(resolve));
  await refuseBesideAgent(stale);
  fs.rmSync(directory, { recursive: true });
});
