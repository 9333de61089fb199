import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  ABSENT,
  Fault,
  type Observation,
  present,
  type UnitReading,
  type UnitRequest,
  type UnitRuntime,
  unknown,
} from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { askUnit } from "./systemd-unit.ts";

const UNSTOPPED = new AbortController().signal;

/** Services that answer so, or never, and remember what they were asked. */
function answering(answer: Observation<UnitReading> | "never") {
  const asked: UnitRequest[] = [];
  return {
    asked,
    observeMany: async (requests: readonly UnitRequest[], signal: AbortSignal) => {
      asked.push(...requests);
      if (answer !== "never") return requests.map(() => answer);
      return new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => reject(new Error("aborted"))),
      );
    },
  };
}

function unit(runtime: Partial<UnitRuntime> | undefined, result = "success") {
  const exit = { result, exitCode: 1, signalNumber: undefined };
  const details = {
    needsReload: false,
    activeSinceMs: undefined,
    mainPid: undefined,
    restarts: 0,
    lastExit: exit,
  };
  const usual = { load: "loaded", active: "inactive", sub: "dead", description: "" } as const;
  return present<UnitReading>({
    name: "web.service",
    runtime: runtime && { ...usual, hasJob: false, details, ...runtime },
    enablement: undefined,
    mask: undefined,
    path: undefined,
    dropIns: [],
  });
}

async function ask(services: ReturnType<typeof answering>, name = "web.service"): Promise<string> {
  const probe = { name, timeoutMs: 1_000, services, clock: new VirtualClock() };
  const outcome = await askUnit(probe, UNSTOPPED);
  return outcome.type === "passed" ? "passed" : outcome.why;
}

suite("K11: units", () => {
  test("a unit that is active or loads its configuration again is healthy, anything else is reported", async () => {
    for (const active of ["active", "reloading", "refreshing"] as const)
      assert.equal(await ask(answering(unit({ active }))), "passed");
    const silent = new Fault({
      reason: "SystemdUnresponsive",
      message: "systemd is not reached by /x",
      resolution: "r",
    });
    for (const [answer, why] of [
      [unit({}), "it is inactive (dead)"],
      [
        unit({ active: "activating", sub: "auto-restart" }, "exit-code"),
        "it is activating (auto-restart, exit-code)",
      ],
      [unit({ active: "failed", sub: "failed" }, "signal"), "it is failed (failed, signal)"],
      [unit({ load: "masked" }), "it is inactive (dead, masked)"],
      [unit(undefined), "nothing of this root runs here"],
      [ABSENT, "there is no such unit"],
      [unknown(silent), "systemd is not reached by /x"],
    ] as const)
      assert.equal(await ask(answering(answer)), why);
  });

  test("a name without a suffix is a service, and what works is asked nothing more", async () => {
    for (const [name, asked] of [
      ["web", "web.service"],
      ["getty@tty1", "getty@tty1.service"],
      ["a.b", "a.b.service"],
      ["db.timer", "db.timer"],
    ] as const) {
      const services = answering(unit({ active: "active" }));
      await ask(services, name);
      assert.deepEqual(services.asked, [{ unit: asked, details: false }]);
    }
  });

  test("a service manager that does not answer fails the check at its deadline, and a signal ends it", async () => {
    const clock = new VirtualClock();
    const services = answering("never");
    const probe = { name: "web", timeoutMs: 2_000, services, clock };
    const outcome = await clock.finish(askUnit(probe, UNSTOPPED));
    assert.deepEqual(outcome, { type: "failed", why: "no answer within 2 s" });
    const stop = new AbortController();
    const asking = askUnit(probe, stop.signal);
    stop.abort();
    await assert.rejects(asking, { reason: "Aborted" });
  });
});
