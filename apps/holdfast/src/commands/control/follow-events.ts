import type { ControlClient, SentEvent } from "@holdfast/agent/control";
import { type Clock, type Fault, grownDelayMs, toFault } from "@holdfast/core";
import { Doorbell } from "./doorbell.ts";

/** The agent to follow, and the first event. */
export interface Following {
  readonly client: Pick<ControlClient, "follow">;
  readonly clock: Pick<Clock, "schedule">;
  /** The last event that was seen. Default: none, only new events come. */
  readonly lastId?: string | undefined;
  /**
   * Takes why the agent cannot be followed, at each failed try. Default: an agent that stops ends it, and so
   * does a fault.
   */
  readonly onAway?: (fault: Fault) => void;
}

const RETRY = { baseMs: 250, capMs: 5_000 };

/**
 * The events of the agent until the signal is aborted. A connection that was cut is made again from the last event, after
 * 250 ms, then twice as long each time until an event comes, up to 5 s.
 * @throws {Fault} what the client throws, where there is no `onAway`.
 */
export async function* followEvents(
  { client, clock, lastId, onAway }: Following,
  signal: AbortSignal,
): AsyncGenerator<SentEvent, void> {
  const never = new Doorbell(clock);
  let seen = lastId;
  let failures = 0;
  let hasEnded = false;
  while (!signal.aborted) {
    try {
      for await (const event of client.follow(seen, signal)) {
        failures = 0;
        seen = event.id ?? seen;
        hasEnded = event.type === "stopped" && onAway === undefined;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (onAway === undefined) throw error;
      onAway(toFault(error));
    }
    if (hasEnded) return;
    failures += 1;
    await never.trigger(grownDelayMs(failures, RETRY), signal);
  }
}
