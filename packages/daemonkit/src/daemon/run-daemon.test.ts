import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { VirtualClock } from "@holdfast/testing";
import { DaemonFault } from "../daemon-fault.ts";
import { unavailableNative } from "../native/native.ts";
import { ask } from "../testing/ask.ts";
import { recordedLog } from "../testing/recorded-log.ts";
import { makeScratch } from "../testing/scratch.ts";
import type { Monitor } from "../supervise/monitor.ts";
import { runDaemon } from "./run-daemon.ts";

/** Native calls of which only datagrams work, and what was sent by them. */
function recordedNotify(onMessage: (payload: string) => void) {
  const fault = new DaemonFault({ reason: "Missing", message: "m", resolution: "r" });
  const native = {
    ...unavailableNative(fault),
    sendDatagram: (_: string, payload: string) => {
      onMessage(payload);
      return true;
    },
  };
  return async () => native;
}

const environment = { NOTIFY_SOCKET: "/run/notify", WATCHDOG_USEC: "60000000" };

suite("a whole daemon", () => {
  test("M9: READY comes only after the socket serves, STOPPING before anything ends", async (t) => {
    const socketPath = join(makeScratch(t), "s");
    const published: string[] = [];
    const ended: string[] = [];
    const served: boolean[] = [];
    let endedAtStopping = -1;
    const stop = new AbortController();
    const isServing = (): boolean => statSync(socketPath, { throwIfNoEntry: false }) !== undefined;
    const loadNative = recordedNotify((payload) => {
      published.push(payload.split("\n")[0] ?? "");
      // An assertion in here would be taken for a service manager that does not listen.
      served.push(isServing());
      if (payload.startsWith("READY=1")) stop.abort();
      if (payload.startsWith("STOPPING=1")) endedAtStopping = ended.length;
    });
    const monitor: Monitor = {
      name: "m",
      run: (_, signal) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            ended.push("m");
            resolve();
          }),
        ),
    };
    const control = { socketPath };
    const daemon = { monitors: [monitor], control, environment, loadNative };
    await runDaemon(daemon, stop.signal);
    assert.ok(served.length > 3 && !served.includes(false), "it spoke while nobody could connect");
    assert.equal(endedAtStopping, 0);
    assert.deepEqual(ended, ["m"]);
    assert.ok(!isServing());
    const order = published.filter((line) => /^(?:READY|STOPPING|EXTEND)/.test(line));
    assert.deepEqual(order, ["READY=1", "STOPPING=1", "EXTEND_TIMEOUT_USEC=50000000"]);
  });

  test("M10: the watchdog is fed while the daemon starts, serves and stops", async (t) => {
    const clock = new VirtualClock();
    const published: string[] = [];
    const stop = new AbortController();
    const loadNative = recordedNotify((payload) => published.push(payload.split("=")[0] ?? ""));
    const deaf: Monitor = { name: "deaf", run: () => new Promise(() => {}) };
    const control = { socketPath: join(makeScratch(t), "s") };
    const daemon = { monitors: [deaf], control, environment, loadNative, clock };
    const ended = runDaemon(daemon, stop.signal);
    await serving(control.socketPath);
    while (!published.includes("READY")) await clock.settle();
    await clock.advance(65_000);
    stop.abort();
    while (!published.includes("EXTEND_TIMEOUT_USEC")) await clock.settle();
    // The watchdog is due every half minute, and the deaf monitor holds the stop for as long.
    await clock.advance(30_000);
    await ended;
    const story = published.filter((word) => word !== "STATUS");
    const stopping = story.indexOf("STOPPING");
    assert.equal(story.slice(0, stopping).filter((word) => word === "WATCHDOG").length, 3);
    assert.ok(story.slice(stopping).includes("WATCHDOG"));
  });

  test("M9: a daemon whose socket is taken never says READY, and starts no monitor", async (t) => {
    const socketPath = join(makeScratch(t), "s");
    const stop = new AbortController();
    const first = runDaemon({ monitors: [], control: { socketPath } }, stop.signal);
    await serving(socketPath);
    const published: string[] = [];
    const loadNative = recordedNotify((payload) => published.push(payload));
    let runs = 0;
    const run = async (): Promise<void> => {
      runs += 1;
    };
    const second = { monitors: [{ name: "m", run }], control: { socketPath }, environment };
    await assert.rejects(runDaemon({ ...second, loadNative }, stop.signal), {
      reason: "SocketInUse",
    });
    assert.deepEqual([runs, published], [0, []]);
    stop.abort();
    await first;
  });

  test("M9: STATUS tells also what changed while READY was on its way", async (t) => {
    const published: string[] = [];
    const stop = new AbortController();
    const native = recordedNotify((payload) => {
      published.push(payload);
      if (payload.includes("(Lost)")) stop.abort();
    });
    const wire: Monitor = {
      name: "wire",
      async run({ connectivity }, signal) {
        await sleep(10);
        connectivity(new DaemonFault({ reason: "Lost", message: "lost", resolution: "wait" }));
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    };
    const loadNative = async () => {
      await sleep(50);
      return native();
    };
    const control = { socketPath: join(makeScratch(t), "s"), loadNative: native };
    await runDaemon({ monitors: [wire], control, environment, loadNative }, stop.signal);
    assert.match(published[0] ?? "", /^READY=1\nSTATUS=.*stopped/);
  });

  test("M4 M8: the status is served and follows the monitors, and so does STATUS", async (t) => {
    const socketPath = join(makeScratch(t), "s");
    const stop = new AbortController();
    const published: string[] = [];
    const log = recordedLog();
    const bad: Monitor = { name: "bad", run: () => Promise.reject(new Error("no")) };
    const options = { monitors: [bad], control: { socketPath }, log, environment };
    const loadNative = recordedNotify((payload) => published.push(payload));
    const ended = runDaemon({ ...options, loadNative }, stop.signal);
    await serving(socketPath);
    // It is served before its monitors are started.
    let text = "";
    for (let tries = 0; tries < 500 && !text.includes("backoff"); tries += 1) {
      ({ text } = await ask({ socketPath, path: "/status" }));
      await sleep(10);
    }
    assert.match(
      text,
      /^\{"monitors":\[\{"name":"bad",.*"state":"backoff:[\d.]+s","error":\{"reason"/,
    );
    stop.abort();
    await ended;
    const status = published.filter((line) => line.includes("STATUS=")).join("\n");
    assert.match(status, /STATUS=0 running; bad: (?:backoff:[\d.]+s \(Unexpected\)|stopped)/);
    assert.equal(log.of("MonitorCrash").length, 1);
  });
});

async function serving(socketPath: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const answered = await ask({ socketPath, path: "/health" }).catch(() => undefined);
    if (answered !== undefined) return;
    await sleep(5);
  }
  assert.fail("it does not serve");
}
