import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import fc from "fast-check";
import { recordedLog } from "../testing/recorded-log.ts";
import { startWatchdog, type WatchdogOptions } from "./watchdog.ts";

const PID = 4_711;

function setUp(options: Partial<WatchdogOptions>) {
  const clock = new VirtualClock();
  const log = recordedLog();
  const pings: number[] = [];
  const startMs = clock.monotonicMs();
  const notifier = {
    watchdog: async () => {
      pings.push(clock.monotonicMs() - startMs);
    },
  };
  const watchdog = startWatchdog({ notifier, clock, log, pid: PID, ...options });
  return { clock, log, pings, watchdog };
}

suite("watchdog", () => {
  test("M10: it runs only when WATCHDOG_USEC is a positive integer and WATCHDOG_PID is empty or ours", () => {
    const number = fc.integer({ min: -1_000_000, max: 100_000_000 });
    const usec = fc.oneof(
      number.map(String),
      fc.constantFrom(undefined, "", "0", "00", "-5", "1e6", "1.5", " 5", "5 ", "+5", "0x10", "x"),
    );
    const owner = fc.constantFrom(undefined, "", String(PID), "1", `0${PID}`, "x");
    fc.assert(
      fc.property(usec, owner, (WATCHDOG_USEC, WATCHDOG_PID) => {
        const { watchdog } = setUp({ environment: { WATCHDOG_USEC, WATCHDOG_PID } });
        using _ = watchdog;
        const isAsked = /^0*[1-9]\d*$/.test(WATCHDOG_USEC ?? "");
        const isOurs = ["", String(PID)].includes(WATCHDOG_PID ?? "");
        const expected = isAsked && isOurs ? Number(WATCHDOG_USEC) / 2_000 : undefined;
        assert.equal(watchdog.intervalMs, expected);
      }),
    );
  });

  test("M10: it pings at once and every half, until it is disposed", async () => {
    const { clock, pings, watchdog } = setUp({ environment: { WATCHDOG_USEC: "20000000" } });
    await clock.advance(35_000);
    assert.deepEqual(pings, [0, 10_000, 20_000, 30_000]);
    watchdog[Symbol.dispose]();
    watchdog[Symbol.dispose]();
    await clock.advance(100_000);
    assert.equal(pings.length, 4);
    assert.equal(clock.pending, 0);
  });

  test("M10: a liveness check that says no withholds the ping, is logged, and is asked again", async () => {
    const answers = [true, false, new Error("the loop is late"), true];
    const isAlive = (): boolean => {
      const next = answers.shift() ?? true;
      if (next instanceof Error) throw next;
      return next;
    };
    const environment = { WATCHDOG_USEC: "2000000", WATCHDOG_PID: String(PID) };
    const { clock, log, pings, watchdog } = setUp({ environment, isAlive });
    using _ = watchdog;
    await clock.advance(4_500);
    assert.deepEqual(pings, [0, 3_000, 4_000]);
    assert.deepEqual(
      log.of("WatchdogStarved").map(({ fields }) => fields["why"]),
      ["no", "the loop is late"],
    );
  });

  test("M10: a check without an answer is a no, and it is not asked twice at once", async () => {
    let asked = 0;
    let say: (isAlive: boolean) => void = () => {};
    const isAlive = (): Promise<boolean> => {
      asked += 1;
      return new Promise((resolve) => {
        say = resolve;
      });
    };
    const environment = { WATCHDOG_USEC: "2000000" };
    const { clock, log, pings, watchdog } = setUp({ environment, isAlive });
    await clock.advance(2_500);
    assert.equal(asked, 1);
    assert.deepEqual(pings, []);
    assert.equal(log.of("WatchdogStarved").length, 2);
    say(true);
    await clock.advance(600);
    assert.equal(asked, 2);
    assert.equal(pings.length, 1);
    watchdog[Symbol.dispose]();
    say(true);
    await clock.advance(1);
    assert.equal(pings.length, 1, "nothing is said after the end");
  });
});
