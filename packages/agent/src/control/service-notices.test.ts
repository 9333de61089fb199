import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notifier } from "@holdfast/daemonkit";
import { serveFakes } from "./testing/served-resources.ts";
import { createServiceNotices, statusLine } from "./service-notices.ts";

const STARTED = { type: "started", generation: 3, resources: 1 } as const;
const RELOADED = { type: "reloaded", generation: 3, resources: 1 } as const;

/** A service manager that writes down its notices. */
function recorded(): { readonly published: readonly string[]; readonly notifier: Notifier } {
  const published: string[] = [];
  const note = (word: string) => (text?: string) => {
    published.push(text === undefined ? word : `${word} ${text}`);
    return Promise.resolve();
  };
  return {
    published,
    notifier: {
      ready: note("ready"),
      reloading: note("reloading"),
      stopping: note("stopping"),
      status: note("status"),
      extendTimeout: (durationMs) => note("extend")(String(durationMs)),
      watchdog: note("watchdog"),
    },
  };
}

test("M9: ready when the first pass begins, reloading until it is done, stopping once and last", async () => {
  await using rig = await serveFakes(["a"]);
  const { published, notifier } = recorded();
  const notices = createServiceNotices(rig.served, { notifier, isFromWatch: true });
  notices.note(STARTED);
  notices.reloading();
  notices.reloaded();
  notices.stopping();
  notices.note(RELOADED);
  notices.reloaded();
  await notices[Symbol.asyncDispose]();
  await rig.clock.advance(50_000);
  const words = published.map((line) => line.split(" ")[0]);
  assert.deepEqual(words, ["ready", "reloading", "ready", "stopping", "extend"]);
  assert.equal(published[0], "ready 1 compliant; generation 3");
});

test("M9: news renew the line of status once a second at most, and not where no service manager listens", async () => {
  await using rig = await serveFakes(["a"]);
  for (const isFromWatch of [true, false]) {
    const { published, notifier } = recorded();
    await using notices = createServiceNotices(rig.served, { notifier, isFromWatch });
    for (let count = 0; count < 10; count += 1) notices.note(RELOADED);
    await rig.clock.advance(1_000);
    assert.equal(published.length, isFromWatch ? 1 : 0);
    notices.note(RELOADED);
    await rig.clock.advance(1_000);
    assert.equal(published.length, isFromWatch ? 2 : 0);
  }
});

test("D14: a stop that takes long asks for more time as long as it lasts", async () => {
  await using rig = await serveFakes(["a"]);
  const { published, notifier } = recorded();
  const notices = createServiceNotices(rig.served, { notifier, isFromWatch: true });
  notices.stopping();
  await rig.clock.advance(35_000);
  const asked = ["extend 40000", "extend 40000", "extend 40000", "extend 40000"];
  assert.deepEqual(published.slice(1), asked, "at once, and every 10 s");
  await notices[Symbol.asyncDispose]();
  await rig.clock.advance(60_000);
  assert.equal(published.length, 5);
});

test("M9: the line of status says what is degraded", async () => {
  await using rig = await serveFakes(["a", "b"]);
  const fault = { reason: "HostFailed", message: "m", resolution: "r", retry: "never" } as const;
  rig.conditions.note({ type: "degraded", subject: "source", fault });
  assert.equal(statusLine(rig.served), "2 compliant; generation 3; degraded: source (HostFailed)");
  for (const subject of ["control", "pause", "fake:a", "fake:b"]) {
    rig.conditions.note({ type: "degraded", subject, fault });
  }
  assert.match(statusLine(rig.served), /: source \(HostFailed\), control .*, pause .* and 2 more$/);
});
