import assert from "node:assert/strict";
import { test } from "node:test";
import { type EngineEvent, Fault, silentLog } from "@holdfast/core";
import {
  createStatusTracker,
  DaemonFault,
  type Monitor,
  startSupervisor,
} from "@holdfast/daemonkit";
import { VirtualClock } from "@holdfast/testing";
import { ledgerMonitor } from "./ledger-monitor.ts";
import { tellMonitorConditions } from "./monitor-conditions.ts";
import { createReporting } from "./reporting-monitor.ts";
import { resyncMonitor } from "./resync-monitor.ts";
import { createSources } from "./source-monitor.ts";
import { watchMonitors } from "./watch-monitors.ts";

/** Monitors on a virtual clock, and their events. */
function supervised(monitors: readonly Monitor[]) {
  const clock = new VirtualClock();
  const tracker = createStatusTracker({ clock });
  const published: EngineEvent[] = [];
  tellMonitorConditions(tracker, { clock, tell: (event) => published.push(event) });
  const supervisor = startSupervisor(monitors, { clock, log: silentLog, tracker });
  const state = (): string | undefined => tracker.statuses()[0]?.state;
  return { clock, tracker, published, supervisor, state };
}

test("M4: a part that does not run is published with why, once, and that it runs again", async () => {
  let isBroken = true;
  const { clock, published, supervisor, state } = supervised([
    {
      name: "control",
      async run(_context, signal) {
        if (isBroken) throw new DaemonFault({ reason: "Gone", message: "m", resolution: "r" });
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    },
  ]);
  await clock.settle();
  assert.match(state() ?? "", /^backoff:/);
  await clock.advance(60_000);
  assert.deepEqual(
    published.map((event) => event.type === "degraded" && [event.subject, event.fault.reason]),
    [["control", "ControlUnavailable"]],
  );
  isBroken = false;
  await clock.advance(300_000);
  assert.equal(state(), "running");
  assert.deepEqual(published.at(-1), { type: "recovered", subject: "control" });
  await clock.finish(supervisor.stop());
});

test("D18: reloads that are asked for while one is under way become one more, and no caller waits for ever", async () => {
  let reads = 0;
  let release = (): void => {};
  let fault: Fault | undefined;
  const sources = createSources(async () => {
    reads += 1;
    await new Promise<void>((resolve) => (release = resolve));
    return fault;
  });
  const { clock, supervisor, state } = supervised([sources.monitor]);
  await clock.settle();
  const asked = [sources.reload()];
  await clock.settle();
  asked.push(sources.reload(), sources.reload());
  fault = new Fault({ reason: "InputInvalid", message: "m", resolution: "r" });
  release();
  await asked[0];
  assert.equal(state(), "degraded");
  await clock.settle();
  fault = undefined;
  release();
  await Promise.all(asked);
  assert.equal(reads, 2);
  assert.equal(state(), "running");
  const late = sources.reload();
  await clock.settle();
  const stopped = clock.finish(supervisor.stop());
  release();
  await stopped;
  await late;
  await sources.reload();
  assert.equal(reads, 3, "it is not read any more");
});

test("M4: a schedule that is not kept is degraded until it is again", async () => {
  let lateMs = 0;
  const clock = new VirtualClock();
  const engine = () => ({ overdueMs: () => lateMs });
  const tracker = createStatusTracker({ clock });
  const supervisor = startSupervisor([resyncMonitor({ clock, engine })], { clock, tracker });
  await clock.advance(1_000);
  assert.equal(tracker.statuses()[0]?.state, "running");
  lateMs = 45_000;
  await clock.advance(10_000);
  assert.equal(tracker.statuses()[0]?.state, "degraded");
  assert.equal(tracker.statuses()[0]?.error?.reason, "Overdue");
  lateMs = 0;
  await clock.advance(10_000);
  assert.equal(tracker.statuses()[0]?.state, "running");
  await clock.finish(supervisor.stop());
});

test("M4: the event log shows as degraded while it cannot be written, from before its monitor runs too", async () => {
  const reporting = createReporting();
  reporting.note(
    new Fault({ reason: "EventLogUnavailable", message: "full", resolution: "Free some space." }),
  );
  const { clock, published, supervisor, state } = supervised([reporting.monitor]);
  await clock.settle();
  assert.equal(state(), "degraded");
  reporting.note(undefined);
  assert.equal(state(), "running");
  assert.deepEqual(published, [], "its own words report it");
  await clock.finish(supervisor.stop());
});

test("C4, M4: a ledger that is not as it should be is published with its own words, once, and checked every ten seconds", async () => {
  let condition: Fault | undefined;
  let checks = 0;
  const listeners = new Set<() => void>();
  const become = (fault: Fault | undefined): void => {
    condition = fault;
    for (const listener of listeners) listener();
  };
  const ledger = {
    get condition() {
      return condition;
    },
    onCondition(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    check: async () => void (checks += 1),
  };
  const published: EngineEvent[] = [];
  const clock = new VirtualClock();
  const monitor = ledgerMonitor({ clock, ledger, tell: (event) => void published.push(event) });
  const tracker = createStatusTracker({ clock });
  const supervisor = startSupervisor([monitor], { clock, log: silentLog, tracker });
  const state = (): string | undefined => tracker.statuses()[0]?.state;
  await clock.advance(25_000);
  assert.equal(checks, 3);
  assert.deepEqual(published, []);
  const full = new Fault({ reason: "DiskFull", message: "no room", resolution: "Make room." });
  for (const _ of [1, 2]) become(full);
  assert.equal(state(), "degraded");
  become(undefined);
  assert.equal(state(), "running");
  assert.deepEqual(published, [
    { type: "degraded", subject: "ledger", fault: full.toJSON() },
    { type: "recovered", subject: "ledger" },
  ]);
  await clock.finish(supervisor.stop());
  assert.equal(listeners.size, 0);
});

test("M4: the engine's watches are shown as the other parts are", () => {
  const clock = new VirtualClock();
  const fault = new Fault({ reason: "WatchFailed", message: "m", resolution: "r" }).toJSON();
  const [live, down] = watchMonitors(
    [
      { name: "file", isLive: true, sinceMs: 0, failures: 0 },
      {
        name: "exec",
        isLive: false,
        sinceMs: 0,
        failures: 3,
        fault,
        retryAtMs: clock.monotonicMs() + 4_000,
      },
    ],
    clock,
  );
  assert.deepEqual([live?.name, live?.state], ["watch:file", "running"]);
  assert.deepEqual([down?.state, down?.crashes], ["backoff:4s", 3]);
  assert.equal(down?.error?.reason, "WatchFailed");
});
