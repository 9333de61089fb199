import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlClient } from "@holdfast/agent/control";
import { abortFault, Fault } from "@holdfast/core";
import { VirtualClock } from "@holdfast/testing";
import { watchStatus } from "./watch-status.ts";

const GONE = new Fault({ reason: "AgentNotRunning", message: "m", resolution: "r" });

/** An agent that answers unless it is away, and publishes events. */
class Agent {
  readonly clock = new VirtualClock();
  isAway = false;
  generation = 1;
  questions = 0;
  #tell: (() => void) | undefined;

  /** Something happens. */
  tell(): void {
    this.#tell?.();
  }

  readonly client: ControlClient = {
    ask: ({ path }, signal) => {
      if (signal.aborted) return Promise.reject(abortFault(signal));
      this.questions += path === "/status" ? 1 : 0;
      if (this.isAway) return Promise.reject(GONE);
      return Promise.resolve(path === "/status" ? { generation: this.generation } : {});
    },
    follow: (_lastId, signal) => this.#follow(signal),
  };

  async *#follow(signal: AbortSignal) {
    for (let number = 1; ; number += 1) {
      if (this.isAway) throw GONE;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#tell = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      if (signal.aborted) throw abortFault(signal);
      if (!this.isAway) yield { id: String(number), type: "result", data: {} };
    }
  }
}

/** Watches; `shown` is what was seen when: the generation, or why the agent is away. */
function watching(agent: Agent) {
  const shown: (readonly [atMs: number, what: unknown])[] = [];
  const stop = new AbortController();
  const over = watchStatus(
    {
      client: agent.client,
      clock: agent.clock,
      show: ({ known, away }) =>
        shown.push([agent.clock.monotonicMs(), away?.reason ?? known.agent["generation"]]),
    },
    stop.signal,
  );
  over.catch(() => {});
  return { shown, stop, over };
}

test("status --watch: it is asked at once, after an event, and every 5 s, at most four times a second", async () => {
  const agent = new Agent();
  const { shown, stop, over } = watching(agent);
  await agent.clock.advance(100);
  assert.deepEqual(shown, [[1_000, 1]]);
  agent.generation = 2;
  agent.tell();
  await agent.clock.advance(400);
  assert.deepEqual(shown.at(-1), [1_250, 2]);
  const before = agent.questions;
  for (let each = 0; each < 200; each += 1) {
    agent.tell();
    await agent.clock.advance(10);
  }
  assert.ok(agent.questions - before <= 9, `${agent.questions - before} times in 2 s`);
  await agent.clock.advance(1_000);
  const calm = agent.questions;
  await agent.clock.advance(60_000);
  assert.equal(agent.questions - calm, 12);
  stop.abort();
  await agent.clock.settle();
  await over;
  assert.equal(agent.clock.pending, 0);
});

test("status --watch: an agent that goes away is said to be, and is found when it is back", async () => {
  const agent = new Agent();
  const { shown, stop, over } = watching(agent);
  await agent.clock.advance(1_000);
  agent.isAway = true;
  agent.tell();
  await agent.clock.advance(1_000);
  assert.equal(shown.at(-1)?.[1], "AgentNotRunning");
  await agent.clock.advance(60_000);
  assert.ok(agent.questions < 40, `${agent.questions} questions`);
  agent.isAway = false;
  agent.generation = 7;
  await agent.clock.advance(5_000);
  assert.equal(shown.at(-1)?.[1], 7);
  stop.abort();
  await agent.clock.settle();
  await over;
});

test("status --watch: where there is no agent to begin with there is nothing to watch", async () => {
  const agent = new Agent();
  agent.isAway = true;
  const { shown, over } = watching(agent);
  await assert.rejects(over, GONE);
  assert.deepEqual(shown, []);
});
