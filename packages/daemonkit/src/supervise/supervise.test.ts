import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { seededRandom, VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { DaemonFault } from "../daemon-fault.ts";
import type { Probe } from "../probe/probe.ts";
import { recordedLog } from "../testing/recorded-log.ts";
import { createStatusTracker } from "../status/status-tracker.ts";
import type { Monitor } from "./monitor.ts";
import { supervise, type SuperviseOptions } from "./supervise.ts";

/** Without jitter, so that times can be named. */
const middle = { next: () => 0.5 };

/** A monitor under a virtual clock. */
function setUp(monitor: Omit<Monitor, "name">, options: SuperviseOptions = {}) {
  const clock = new VirtualClock();
  const log = recordedLog();
  const tracker = createStatusTracker({ clock });
  const stop = new AbortController();
  const ended = supervise(
    { name: "m", ...monitor },
    { clock, log, tracker, random: middle, ...options },
    stop.signal,
  );
  const status = () => tracker.statuses()[0] ?? assert.fail("the monitor is not known");
  return { clock, log, stop, ended, status };
}

/** Runs until its signal is aborted. */
const untilAborted: Monitor["run"] = (_, signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

const crash = (): Promise<void> => Promise.reject(new Error("boom"));

const off = (reason = "Off"): DaemonFault =>
  new DaemonFault({ reason, message: "it is off", resolution: "Switch it on." });

/** One run of a monitor: how long it runs, and how it ends. */
const run = fc.record({
  runMs: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 59_999 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 200_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(59_999, 60_000) },
  ),
  end: fc.constantFrom("reject", "throw", "reject", "return"),
});

test("M1 M2 M3 M4: whatever the sequence of runs, counts, waits, words and states are those of the model", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 14 }), fc.integer(), async (runs, seed) => {
      const clock = new VirtualClock();
      const log = recordedLog();
      const tracker = createStatusTracker({ clock });
      const stop = new AbortController();
      const starts: number[] = [];
      const run: Monitor["run"] = (_, signal) => {
        assert.equal(tracker.statuses()[0]?.state, "running");
        const { runMs, end } = runs[starts.length] ?? { runMs: 0, end: "last" };
        starts.push(clock.monotonicMs());
        if (end === "throw" && runMs === 0) throw new Error("at once");
        if (end === "last") return untilAborted(monitorContext, signal);
        return new Promise((resolve, reject) => {
          clock.schedule(runMs, end === "return" ? resolve : () => reject(new Error("later")));
        });
      };
      const monitorContext = { log, connectivity() {} };
      const random = seededRandom(seed);
      const ended = supervise({ name: "m", run }, { clock, log, tracker, random }, stop.signal);
      await clock.runUntil(() => false, 86_400_000);
      const returned = runs.findIndex(({ end }) => end === "return");
      const crashes = returned < 0 ? runs : runs.slice(0, returned);
      let count = 0;
      const expected = crashes.map(({ runMs }) => {
        count = runMs >= 60_000 ? 1 : count + 1;
        return count;
      });
      assert.deepEqual(
        log.of("MonitorCrash").map(({ fields }) => fields["count"]),
        expected,
      );
      for (const [index, failure] of expected.entries()) {
        const waitedMs =
          (starts[index + 1] ?? 0) - (starts[index] ?? 0) - (runs[index]?.runMs ?? 0);
        const nominalMs = Math.min(300_000, 5_000 * 2 ** (failure - 1));
        assert.ok(
          waitedMs >= nominalMs * 0.9 - 1 && waitedMs <= Math.min(300_000, nominalMs * 1.1),
        );
        const delayMs = log.of("MonitorCrash")[index]?.fields["delayMs"];
        assert.ok(Math.abs(Number(delayMs) - waitedMs) <= 1, "the delay that is logged is waited");
      }
      assert.deepEqual(
        log.of("MonitorDegraded").map(({ fields }) => fields["count"]),
        expected.filter((failure) => failure % 5 === 0),
      );
      assert.equal(log.of("MonitorExited").length, returned < 0 ? 0 : 1);
      assert.equal(starts.length, crashes.length + 1);
      assert.equal(tracker.statuses()[0]?.state, returned < 0 ? "running" : "stopped");
      stop.abort();
      await clock.finish(ended);
      assert.equal(tracker.statuses()[0]?.state, "stopped");
      assert.equal(clock.pending, 0, "no timer is left");
    }),
    { numRuns: 150 },
  );
});

test("M3: MonitorDegraded comes at crash 5, 10, 15, and after a minute of health at 5 again", async () => {
  let runs = 0;
  const run: Monitor["run"] = () => {
    runs += 1;
    return runs === 17 ? new Promise((_, reject) => clock.schedule(60_000, reject)) : crash();
  };
  const { clock, log, stop, ended } = setUp({ run });
  await clock.advance(2 * 3_600_000);
  const counts = log.of("MonitorDegraded").map(({ fields }) => fields["count"]);
  assert.deepEqual(counts.slice(0, 5), [5, 10, 15, 5, 10]);
  assert.equal(log.of("MonitorCrash")[16]?.fields["count"], 1);
  assert.equal(log.of("MonitorCrash")[16]?.fields["delayMs"], 5_000);
  stop.abort();
  await clock.finish(ended);
});

suite("M1: ends", () => {
  test("M1: returning without an abort is MonitorExited, and there is no second run", async () => {
    let runs = 0;
    const { clock, log, ended, status } = setUp({
      run: async () => {
        runs += 1;
      },
    });
    await clock.finish(ended);
    await clock.advance(3_600_000);
    assert.equal(runs, 1);
    assert.equal(log.of("MonitorExited").length, 1);
    assert.equal(log.of("MonitorCrash").length, 0);
    assert.equal(status().state, "stopped");
  });

  test("M1: a rejection after an abort is a clean end, and nothing is logged", async () => {
    const { clock, log, stop, ended, status } = setUp({
      run: (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("interrupted"))),
        ),
    });
    await clock.advance(1_000);
    stop.abort();
    await clock.finish(ended);
    assert.deepEqual(log.lines, []);
    assert.equal(status().state, "stopped");
  });

  test("M1: an abort before the start runs nothing", async () => {
    let runs = 0;
    const run = async (): Promise<void> => {
      runs += 1;
    };
    await supervise({ name: "m", run }, {}, AbortSignal.abort());
    assert.equal(runs, 0);
  });

  test("M1: a thrown value that is no error is a crash too, and is shown", async () => {
    const { clock, stop, ended, status } = setUp({
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what others throw is theirs
      run: () => Promise.reject("just a word"),
    });
    await clock.advance(0);
    assert.equal(status().error?.message, "just a word");
    stop.abort();
    await clock.finish(ended);
  });
});

suite("M4: states", () => {
  test("M4: an abort during a backoff stops at once", async () => {
    const { clock, stop, ended, status } = setUp({ run: crash });
    await clock.advance(1_000);
    assert.equal(status().state, "backoff:5s");
    const beforeMs = clock.monotonicMs();
    stop.abort();
    await clock.finish(ended);
    assert.equal(clock.monotonicMs(), beforeMs);
    assert.equal(status().state, "stopped");
    assert.equal(clock.pending, 0);
  });

  test("M4: a backoff says how long, until when and why; a run clears it", async () => {
    const { clock, stop, ended, status } = setUp({ run: crash });
    await clock.advance(0);
    const { error, retryAt, since } = status();
    assert.equal(error?.message, "boom");
    assert.equal(Date.parse(retryAt ?? "") - Date.parse(since), 5_000);
    await clock.advance(5_000);
    assert.equal(status().state, "backoff:10s");
    await clock.advance(10_000 + 20_000 + 40_000 + 80_000);
    assert.equal(status().state, "backoff:2m40s");
    assert.equal(status().crashes, 6);
    stop.abort();
    await clock.finish(ended);
  });

  test("M4: an error of connection makes a running monitor degraded, since when it began", async () => {
    let connectivity: (fault: DaemonFault | undefined) => void = () => {};
    const { clock, stop, ended, status } = setUp({
      run: (context, signal) => {
        connectivity = context.connectivity;
        return untilAborted(context, signal);
      },
    });
    await clock.advance(1_000);
    assert.equal(status().state, "running");
    connectivity(off("ConnectFailed"));
    const first = status();
    assert.equal(first.state, "degraded");
    assert.equal(first.error?.reason, "ConnectFailed");
    await clock.advance(9_000);
    connectivity(off("ConnectFailed"));
    assert.deepEqual(status(), first, "the same complaint is not a new state");
    connectivity(undefined);
    assert.equal(status().state, "running");
    assert.equal(status().error, undefined);
    stop.abort();
    await clock.finish(ended);
    connectivity(off());
    assert.equal(status().state, "stopped", "what a run left behind no longer counts");
  });

  test("M4: a run that left its connection broken does not lend the error to the next", async () => {
    const connectivities: ((fault: DaemonFault | undefined) => void)[] = [];
    const { clock, stop, ended, status } = setUp({
      run: (context, signal) => {
        connectivities.push(context.connectivity);
        context.connectivity(connectivities.length === 1 ? off() : undefined);
        return connectivities.length === 1 ? crash() : untilAborted(context, signal);
      },
    });
    await clock.advance(5_001);
    assert.equal(status().state, "running");
    connectivities[0]?.(off());
    assert.equal(status().state, "running");
    stop.abort();
    await clock.finish(ended);
  });
});

suite("M5: heartbeat", () => {
  test("M5: there is none by default", async () => {
    const { clock, log, stop, ended } = setUp({ run: untilAborted });
    await clock.advance(3_600_000);
    assert.deepEqual(log.lines, []);
    stop.abort();
    await clock.finish(ended);
  });

  test("M5: the first comes after one interval, with the uptime of the run; healthy only where it can be said", async () => {
    const { clock, log, stop, ended } = setUp({ run: untilAborted }, { heartbeatMs: 30_000 });
    await clock.advance(29_999);
    assert.deepEqual(log.lines, []);
    await clock.advance(60_001);
    assert.deepEqual(
      log.of("MonitorHeartbeat").map(({ fields }) => fields),
      [30_000, 60_000, 90_000].map((uptimeMs) => ({
        reason: "MonitorHeartbeat",
        monitor: "m",
        uptimeMs,
      })),
    );
    stop.abort();
    await clock.finish(ended);
    await clock.advance(60_000);
    assert.equal(log.lines.length, 3);
  });

  test("M5: a monitor that can say is asked each time, and a check that throws says no", async () => {
    const answers = [true, false];
    const isHealthy = (): boolean => answers.shift() ?? assert.fail("no idea");
    const { clock, log, stop, ended } = setUp(
      { run: untilAborted, isHealthy },
      { heartbeatMs: 1_000 },
    );
    await clock.advance(3_000);
    const beats = log.of("MonitorHeartbeat").map(({ fields }) => fields);
    assert.deepEqual(
      beats.map(({ healthy }) => healthy),
      [true, false, false],
    );
    assert.equal(beats[2]?.["error"], "no idea");
    stop.abort();
    await clock.finish(ended);
  });

  test("M5: a monitor that waits in a backoff has no heartbeat, and a new run counts from zero", async () => {
    let runs = 0;
    const run: Monitor["run"] = (context, signal) => {
      runs += 1;
      return runs === 1 ? crash() : untilAborted(context, signal);
    };
    const { clock, log, stop, ended } = setUp({ run }, { heartbeatMs: 1_000 });
    await clock.advance(6_500);
    const uptimes = log.of("MonitorHeartbeat").map(({ fields }) => fields["uptimeMs"]);
    assert.deepEqual(uptimes, [1_000]);
    stop.abort();
    await clock.finish(ended);
  });
});

suite("M6: defaults", () => {
  test("M6: without any option it is silent and works", async () => {
    await supervise({ name: "m", run: async () => {} }, {}, new AbortController().signal);
    const stop = new AbortController();
    const ended = supervise({ name: "m", run: crash }, {}, stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await ended;
  });

  test("M6: every option may be zero, none may be negative", async () => {
    const zeros = { healthyRunMs: 0, heartbeatMs: 0, probeTimeoutMs: 0, backoff: {} };
    const { clock, log, stop, ended } = setUp({ run: crash }, zeros);
    await clock.advance(1);
    assert.equal(log.of("MonitorCrash")[0]?.fields["delayMs"], 5_000);
    stop.abort();
    await clock.finish(ended);
    for (const name of ["healthyRunMs", "heartbeatMs", "probeTimeoutMs"]) {
      const monitor = { name: "m", run: crash };
      await assert.rejects(supervise(monitor, { [name]: -1 }, stop.signal), {
        reason: "OptionInvalid",
      });
    }
  });
});

suite("M7: gates", () => {
  test("M7: a failed probe holds back its monitor only, is tried again with backoff, and is shown with since", async () => {
    let isOn = false;
    const probe: Probe = {
      name: "switch",
      async check() {
        if (!isOn) throw off();
      },
    };
    const { clock, log, stop, ended, status } = setUp({ run: untilAborted, requires: [probe] });
    await clock.advance(0);
    const first = status();
    assert.equal(first.state, "backoff:5s");
    assert.equal(first.error?.message, "switch: it is off");
    assert.equal(first.error?.resolution, "Switch it on.");
    await clock.advance(5_000 + 10_000);
    assert.equal(status().state, "backoff:20s");
    assert.equal(status().error?.since, first.error?.since, "it is still the same failure");
    assert.equal(status().crashes, 0, "nothing crashed");
    isOn = true;
    await clock.advance(20_000);
    assert.equal(status().state, "running");
    assert.equal(status().error, undefined);
    assert.deepEqual(
      log.of("ProbeFailed").map(({ fields }) => fields["delayMs"]),
      [5_000, 10_000, 20_000],
    );
    assert.equal(log.of("ProbesPassed").length, 1);
    assert.equal(log.of("MonitorCrash").length, 0);
    stop.abort();
    await clock.finish(ended);
  });

  test("M7: a probe that never answers is ProbeTimeout, and an abort does not wait for it", async () => {
    const probe: Probe = { name: "deaf", check: () => new Promise(() => {}) };
    const { clock, stop, ended, status } = setUp({ run: untilAborted, requires: [probe] });
    await clock.advance(30_000);
    assert.equal(status().error?.reason, "ProbeTimeout");
    await clock.advance(5_000);
    stop.abort();
    await clock.finish(ended, 0);
    assert.equal(clock.pending, 0);
  });

  test("M7: probes are asked again before every start", async () => {
    let asked = 0;
    const probe: Probe = {
      name: "count",
      async check() {
        asked += 1;
      },
    };
    const { clock, stop, ended } = setUp({ run: crash, requires: [probe] });
    await clock.advance(15_000);
    assert.equal(asked, 3);
    stop.abort();
    await clock.finish(ended);
  });
});
