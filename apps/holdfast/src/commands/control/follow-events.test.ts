import assert from "node:assert/strict";
import { test } from "node:test";
import type { SentEvent } from "@holdfast/agent/control";
import { Fault, throwIfAborted } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { type Following, followEvents } from "./follow-events.ts";

const GONE = new Fault({ reason: "AgentNotRunning", message: "m", resolution: "r" });

/** What a connection does: the events that come over it, then a cut, or the fault of an agent that is away. */
type Connection = readonly string[] | Fault;

/** A client whose connections go as planned; the last one for ever. */
function rig(connections: readonly Connection[]) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const asked: (string | undefined)[] = [];
  const askedAtMs: number[] = [];
  const client: Following["client"] = {
    async *follow(lastId, signal) {
      throwIfAborted(signal);
      const now = connections[Math.min(asked.length, connections.length - 1)] ?? GONE;
      asked.push(lastId);
      askedAtMs.push(clock.monotonicMs());
      if (now instanceof Fault) throw now;
      for (const type of now) yield { id: `${type} ${asked.length}`, type, data: {} };
    },
  };
  const events: SentEvent[] = [];
  const run = async (following: Partial<Following>): Promise<void> => {
    for await (const event of followEvents({ client, clock, ...following }, stop.signal)) {
      events.push(event);
    }
  };
  const types = (): readonly string[] => events.map(({ type }) => type);
  return { clock, stop, asked, askedAtMs, run, types };
}

test("following: a connection that was cut is made again from the last event, not at once and not for ever faster", async () => {
  const { clock, stop, asked, askedAtMs, run, types } = rig([["a", "b"], [], [], ["c"], []]);
  const following = run({ lastId: "x" });
  await clock.advance(1_750);
  assert.deepEqual(types(), ["a", "b", "c"]);
  assert.deepEqual(asked.slice(0, 4), ["x", "b 1", "b 1", "b 1"]);
  await clock.advance(60_000);
  const waits = askedAtMs.slice(1).map((atMs, index) => atMs - (askedAtMs[index] ?? 0));
  assert.deepEqual(
    waits.slice(0, 10),
    [250, 500, 1_000, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000],
  );
  stop.abort();
  await clock.settle();
  await following;
  assert.equal(clock.pending, 0);
});

test("following: a follower without `onAway` ends when the agent stops or is gone", async () => {
  const stopping = rig([["a", "stopped"]]);
  await stopping.run({});
  assert.deepEqual(stopping.types(), ["a", "stopped"]);
  const gone = rig([["a"], GONE]);
  const following = gone.run({});
  following.catch(() => {});
  await gone.clock.advance(250);
  await assert.rejects(following, GONE);
});

test("following: a follower with `onAway` gets each absence, and follows the agent when it is back", async () => {
  const { clock, stop, asked, run, types } = rig([["a", "stopped"], GONE, GONE, ["started"], []]);
  const away: string[] = [];
  const following = run({ onAway: ({ reason }) => away.push(reason) });
  await clock.advance(1_750);
  assert.deepEqual(types(), ["a", "stopped", "started"]);
  assert.deepEqual(away, ["AgentNotRunning", "AgentNotRunning"]);
  assert.equal(asked[3], "stopped 1");
  stop.abort();
  await clock.settle();
  await following;
});
