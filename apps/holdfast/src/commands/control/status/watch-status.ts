import type { ControlClient } from "@holdfast/agent/control";
import { type Clock, Fault } from "@holdfast/core";
import { Doorbell } from "../doorbell.ts";
import { followEvents } from "../follow-events.ts";
import { askStatus, type KnownStatus } from "./known-status.ts";

/** The status now, or the last one that the agent gave. */
export interface SeenStatus {
  readonly known: KnownStatus;
  /** Why the agent does not answer now; `undefined` while it does. */
  readonly away: Fault | undefined;
}

/** What is watched, and who is shown it. */
export interface StatusWatch {
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly show: (seen: SeenStatus) => void;
}

/** A person reads at most four frames a second. */
const LEAST_MS = 250;
/** What changes without an event, as when something is tried again, is seen after this at the latest. */
const MOST_MS = 5_000;

/**
 * Shows how everything is until the signal is aborted: at once, after an event of the agent, and every 5 s; at most four
 * times a second. An agent that goes away is asked again until it is back.
 * @throws {Fault} what the client throws at the first question: there was no agent to watch.
 */
export async function watchStatus(
  { client, clock, show }: StatusWatch,
  signal: AbortSignal,
): Promise<void> {
  let known = await askStatus(client, signal);
  show({ known, away: undefined });
  const news = new Doorbell(clock);
  const ended = new AbortController();
  const whileBoth = AbortSignal.any([signal, ended.signal]);
  const end = (): void => ended.abort();
  await Promise.all([follow().finally(end), observe().finally(end)]);

  async function follow(): Promise<void> {
    const onAway = (): void => news.ring();
    for await (const _event of followEvents({ client, clock, onAway }, whileBoth)) news.ring();
  }

  async function observe(): Promise<void> {
    const pause = new Doorbell(clock);
    while (!whileBoth.aborted) {
      await pause.trigger(LEAST_MS, whileBoth);
      await news.trigger(MOST_MS - LEAST_MS, whileBoth);
      if (whileBoth.aborted) return;
      const away = await refresh();
      if (!signal.aborted) show({ known, away });
    }
  }

  /** @returns why nothing new is known. */
  async function refresh(): Promise<Fault | undefined> {
    try {
      known = await askStatus(client, whileBoth);
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }
}
