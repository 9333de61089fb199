import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { DaemonFault } from "../daemon-fault.ts";
import { unavailableNative } from "../native/native.ts";
import { receiveDatagrams } from "../testing/datagram-receiver.ts";
import { recordedLog } from "../testing/recorded-log.ts";
import { makeScratch } from "../testing/scratch.ts";
import { systemMonotonicUsec } from "../system.ts";
import { createNotifier, type Notifier } from "./notify.ts";

const missing = new DaemonFault({
  reason: "NativeUnavailable",
  message: "koffi does not load here",
  resolution: "Install it.",
});

async function tellAll(notifier: Notifier): Promise<void> {
  await notifier.status("starting\nup");
  await notifier.extendTimeout(1_500);
  await notifier.ready("serving");
  await notifier.reloading();
  await notifier.ready();
  await notifier.watchdog();
  await notifier.stopping("bye");
}

const EXPECTED = [
  "STATUS=starting up",
  "EXTEND_TIMEOUT_USEC=1500000",
  "READY=1\nSTATUS=serving",
  "RELOADING=1\nMONOTONIC_USEC=1234",
  "READY=1",
  "WATCHDOG=1",
  "STOPPING=1\nSTATUS=bye",
];

suite("sd_notify", () => {
  test("M9: every message arrives at a path, in the order of the calls", async (t) => {
    const address = join(makeScratch(t), "notify");
    using receiver = receiveDatagrams(address);
    const environment = { NOTIFY_SOCKET: address };
    await tellAll(createNotifier({ environment, monotonicUsec: () => 1_234n }));
    assert.deepEqual(receiver.received(), EXPECTED);
  });

  test("M9: every message arrives at an abstract address", async () => {
    const address = `@daemonkit-${process.pid}`;
    using receiver = receiveDatagrams(address);
    const environment = { NOTIFY_SOCKET: address };
    await tellAll(createNotifier({ environment, monotonicUsec: () => 1_234n }));
    assert.deepEqual(receiver.received(), EXPECTED);
  });

  test("M9: calls that are not awaited keep their order", async (t) => {
    const address = join(makeScratch(t), "notify");
    using receiver = receiveDatagrams(address);
    const notifier = createNotifier({ environment: { NOTIFY_SOCKET: address } });
    await Promise.all([notifier.ready(), notifier.status("a"), notifier.status("b")]);
    assert.deepEqual(receiver.received(), ["READY=1", "STATUS=a", "STATUS=b"]);
  });

  test("M9: a message that has to be tried again is not overtaken", async () => {
    const clock = new VirtualClock();
    const sent: string[] = [];
    let tries = 0;
    const native = {
      ...unavailableNative(missing),
      sendDatagram: (_: string, payload: string) => {
        if (payload === "READY=1") tries += 1;
        if (tries >= 3) sent.push(payload);
        return tries >= 3 || payload !== "READY=1";
      },
    };
    const environment = { NOTIFY_SOCKET: "/run/systemd/notify" };
    const notifier = createNotifier({ environment, clock, loadNative: async () => native });
    await clock.finish(Promise.all([notifier.ready(), notifier.status("a"), notifier.stopping()]));
    assert.deepEqual(sent, ["READY=1", "STATUS=a", "STOPPING=1"]);
  });

  test("M9: without NOTIFY_SOCKET nothing is loaded and nothing happens", async () => {
    const load = (): never => assert.fail("it was loaded");
    for (const environment of [{}, { NOTIFY_SOCKET: "" }]) {
      const log = recordedLog();
      await tellAll(createNotifier({ environment, log, loadNative: load }));
      assert.deepEqual(log.lines, []);
    }
  });

  test("M9: no failure is fatal, and it is said once", async (t) => {
    const gone = join(makeScratch(t), "gone");
    const long = `/${"x".repeat(200)}`;
    for (const address of [gone, long, "vsock:2:1234", "relative", "@", `@${"x".repeat(200)}`]) {
      const log = recordedLog();
      await tellAll(createNotifier({ environment: { NOTIFY_SOCKET: address }, log }));
      assert.equal(log.lines.length, 1, address);
      assert.equal(log.of("NotifyFailed").length, 1);
    }
  });

  test("M9: where koffi is missing the log says so in plain words", async () => {
    const log = recordedLog();
    const load = async () => unavailableNative(missing);
    const environment = { NOTIFY_SOCKET: "/run/systemd/notify" };
    await tellAll(createNotifier({ environment, log, loadNative: load }));
    assert.match(log.lines[0]?.message ?? "", /cannot be notified: koffi does not load here/);
    assert.equal(log.lines.length, 1);
  });

  test("M9: a full queue is tried again for two seconds, then given up; the waiting are bounded", async () => {
    const clock = new VirtualClock();
    const log = recordedLog();
    let tries = 0;
    const native = {
      ...unavailableNative(missing),
      sendDatagram: () => {
        tries += 1;
        return tries === 5 || tries > 1_000;
      },
    };
    const environment = { NOTIFY_SOCKET: "/run/systemd/notify" };
    const options = { environment, log, clock, loadNative: async () => native };
    const notifier = createNotifier(options);
    await clock.finish(notifier.ready());
    assert.equal(log.lines.length, 0);
    tries = 5;
    await clock.finish(notifier.watchdog());
    assert.equal(tries, 25);
    assert.match(log.lines[0]?.message ?? "", /stayed full/);
    tries = 1_000;
    await clock.finish(Promise.all(Array.from({ length: 500 }, () => notifier.status("x"))));
    assert.equal(tries, 1_064);
  });

  test("M9: the monotonic time is the clock that systemd reads", () => {
    const [seconds, nanoseconds] = process.hrtime();
    const differenceUsec = Number(systemMonotonicUsec()) - (seconds * 1e6 + nanoseconds / 1e3);
    assert.ok(Math.abs(differenceUsec) < 1e6);
  });
});
