import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notifier } from "@holdfast/daemonkit";
import { serveCells } from "./proof/served-cells.ts";
import { createServiceNotices, statusLine } from "./service-notices.ts";

const STARTED = { type: "started", generation: 3, resources: 1 } as const;
const RELOADED = { type: "reloaded", generation: 3, resources: 1 } as const;

/** A service manager that writes down what it is told. */
function recorded(): { readonly told: readonly string[]; readonly notifier: Notifier } {
  const told: string[] = [];
  const note = (word: string) => (text?: string) => {
    told.push(text === undefined ? word : `${word} ${text}`);
    return Promise.resolve();
  };
  return {
    told,
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
  await using rig = await serveCells(["a"]);
  const { told, notifier } = recorded();
  const notices = createServiceNotices(rig.served, { notifier, isHeard: true });
  notices.note(STARTED);
  notices.reloading();
  notices.reloaded();
  notices.stopping();
  notices.note(RELOADED);
  notices.reloaded();
  await notices[Symbol.asyncDispose]();
  await rig.clock.advance(50_000);
  const words = told.map((line) => line.split(" ")[0]);
  assert.deepEqual(words, ["ready", "reloading", "ready", "stopping", "extend"]);
  assert.equal(told[0], "ready 1 compliant; generation 3");
});

test("M9: news renew the line of status once a second at most, and not where nobody listens", async () => {
  await using rig = await serveCells(["a"]);
  for (const isHeard of [true, false]) {
    const { told, notifier } = recorded();
    await using notices = createServiceNotices(rig.served, { notifier, isHeard });
    for (let count = 0; count < 10; count += 1) notices.note(RELOADED);
    await rig.clock.advance(1_000);
    assert.equal(told.length, isHeard ? 1 : 0);
    notices.note(RELOADED);
    await rig.clock.advance(1_000);
    assert.equal(told.length, isHeard ? 2 : 0);
  }
});

test("D14: a stop that takes long asks for more time as long as it lasts", async () => {
  await using rig = await serveCells(["a"]);
  const { told, notifier } = recorded();
  const notices = createServiceNotices(rig.served, { notifier, isHeard: true });
  notices.stopping();
  await rig.clock.advance(35_000);
  const asked = ["extend 40000", "extend 40000", "extend 40000", "extend 40000"];
  assert.deepEqual(told.slice(1), asked, "at once, and every 10 s");
  await notices[Symbol.asyncDispose]();
  await rig.clock.advance(60_000);
  assert.equal(told.length, 5);
});

test("M9: the line of status says what is degraded", async () => {
  await using rig = await serveCells(["a", "b"]);
  const fault = { reason: "HostFailed", message: "m", resolution: "r", retry: "never" } as const;
  rig.troubles.note({ type: "degraded", subject: "source", fault });
  assert.equal(statusLine(rig.served), "2 compliant; generation 3; degraded: source (HostFailed)");
  for (const subject of ["control", "pause", "cell:a", "cell:b"]) {
    rig.troubles.note({ type: "degraded", subject, fault });
  }
  assert.match(statusLine(rig.served), /: source \(HostFailed\), control .*, pause .* and 2 more$/);
});
