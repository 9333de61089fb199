import { type EngineEvent, viewOf } from "@holdfast/core";
import type { Notifier } from "@holdfast/daemonkit";
import type { Served } from "./served.ts";
import { countBy } from "./status-json.ts";

/** What the service manager is told of an agent's life. Without one, nothing happens. */
export interface ServiceNotices extends AsyncDisposable {
  /** Takes an event: the start makes the service ready, and news change its line of status. */
  note(event: EngineEvent): void;
  reloading(): void;
  reloaded(): void;
  stopping(): void;
}

/** Who is told. */
export interface ServiceListener {
  readonly notifier: Notifier;
  /** False where no service manager listens: then nothing is counted for it. */
  readonly isHeard: boolean;
}

/** The line of status is renewed at most so often. */
const BETWEEN_LINES_MS = 1_000;

/**
 * Tells the service manager. An agent is ready when its first pass begins, not when that is over: a resource of that
 * pass may start a unit that is ordered after the agent, and the two would wait for each other.
 */
export function createServiceNotices(
  served: Pick<Served, "clock" | "engine" | "generation" | "troubles">,
  { notifier, isHeard }: ServiceListener,
): ServiceNotices {
  let cancel: (() => void) | undefined;
  let isStopping = false;
  // Messages go out in the order of the calls, and none of them rejects.
  let last: Promise<void> = Promise.resolve();

  function renewSoon(): void {
    if (!isHeard || cancel !== undefined || isStopping) return;
    cancel = served.clock.schedule(BETWEEN_LINES_MS, () => {
      cancel = undefined;
      last = notifier.status(statusLine(served));
    });
  }

  return {
    note(event) {
      if (event.type === "started") last = notifier.ready(statusLine(served));
      else if (event.type !== "progress" && event.type !== "reconciling") renewSoon();
    },
    reloading() {
      last = notifier.reloading();
    },
    reloaded() {
      if (!isStopping) last = notifier.ready(statusLine(served));
    },
    stopping() {
      if (isStopping) return;
      isStopping = true;
      cancel?.();
      last = notifier.stopping("stopping: what runs gets its time");
    },
    async [Symbol.asyncDispose]() {
      this.stopping();
      await last;
    },
  };
}

/** `12 compliant, 1 noncompliant; generation 3`, and how much is degraded. */
export function statusLine(served: Pick<Served, "engine" | "generation" | "troubles">): string {
  const views = served.engine.statuses().map(({ status }) => viewOf(status).compliance);
  const counts = Object.entries(countBy(views)).map(([word, count]) => `${count} ${word}`);
  const degraded = served.troubles().size;
  const trouble = degraded === 0 ? "" : `; ${degraded} degraded`;
  return `${counts.join(", ") || "no resources"}; generation ${served.generation()}${trouble}`;
}
