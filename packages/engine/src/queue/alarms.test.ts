import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@holdfast/testing";
import { type AlarmName, Alarms, type Timers } from "./alarms.ts";
import { Schedule } from "./schedule.ts";

test("each alarm of an owner rings for it alone, and what was never set costs and says nothing", async () => {
  const clock = new VirtualClock();
  const schedule = new Schedule(clock);
  const rung: string[] = [];
  const ring = (name: AlarmName) => (owner: string) => void rung.push(`${owner} ${name}`);
  const timers: Timers<string> = {
    retry: ring("retry"),
    window: ring("window"),
    limit: ring("limit"),
    gate: ring("gate"),
    resync: ring("resync"),
    deadline: ring("deadline"),
  };
  const [one, other] = [new Alarms("one", timers), new Alarms("other", timers)];
  const now = clock.monotonicMs();
  one.clear("limit", schedule);
  one.set("resync", now + 100, schedule);
  one.set("retry", now + 50, schedule);
  other.set("resync", now + 20, schedule);
  assert.deepEqual([one.at("retry"), one.at("limit")], [now + 50, undefined]);
  one.clear("retry", schedule);
  await clock.advance(200);
  assert.deepEqual(rung, ["other resync", "one resync"]);
});
