import { type EngineEvent, viewOf } from "@holdfast/core";
import type { Notifier } from "@holdfast/daemonkit";
import type { Served } from "./served.ts";
import { countBy } from "./status-json.ts";

/** The notices of an agent's run for the service manager. Without one, nothing happens. */
export interface ServiceNotices extends AsyncDisposable {
  /** Takes an event: the start makes the service ready, and news change its line of status. */
  note(event: EngineEvent): void;
  reloading(): void;
  reloaded(): void;
  stopping(): void;
}

/** The receiver of the notices. */
export interface ServiceListener {
  readonly notifier: Notifier;
  /** False where no service manager listens: then nothing is counted for it. */
  readonly isFromWatch: boolean;
}

/** The line of status is renewed at most so often. */
const BETWEEN_LINES_MS = 1_000;
/** While the agent stops, the service manager is asked this often to wait for so much longer. */
const BETWEEN_EXTENSIONS_MS = 10_000;
const EXTENSION_MS = 40_000;
/** As many conditions the line of status names. */
const NAMED_FAULTS = 3;

/**
 * Notifies the service manager. An agent is ready when its first pass begins, not when that is over: a resource of that
 * pass may start a unit that is ordered after the agent, and the two would wait for each other.
 */
export function createServiceNotices(
  served: Pick<Served, "clock" | "engine" | "generation" | "conditions">,
  { notifier, isFromWatch }: ServiceListener,
): ServiceNotices {
  let cancel: (() => void) | undefined;
  let isStopping = false;
  // Messages go out in the order of the calls, and none of them rejects.
  let last: Promise<void> = Promise.resolve();

  function renewSoon(): void {
    if (!isFromWatch || cancel !== undefined || isStopping) return;
    cancel = served.clock.schedule(BETWEEN_LINES_MS, () => {
      cancel = undefined;
      last = notifier.status(statusLine(served));
    });
  }

  // What must not be cut may take long. An agent that hangs asks no more, and is killed in time.
  function askForTime(): void {
    if (!isFromWatch) return;
    last = notifier.extendTimeout(EXTENSION_MS);
    cancel = served.clock.schedule(BETWEEN_EXTENSIONS_MS, askForTime);
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
      askForTime();
    },
    async [Symbol.asyncDispose]() {
      this.stopping();
      cancel?.();
      await last;
    },
  };
}

/** `12 compliant, 1 noncompliant; generation 3`, and what is degraded: `; degraded: event log (EventLogUnavailable)`. */
export function statusLine(served: Pick<Served, "engine" | "generation" | "conditions">): string {
  const views = served.engine.statuses().map(({ status }) => viewOf(status).compliance);
  const counts = Object.entries(countBy(views)).map(([word, count]) => `${count} ${word}`);
  const summary = `${counts.join(", ") || "no resources"}; generation ${served.generation()}`;
  const degraded = [...served.conditions()].map(
    ([subject, { reason }]) => `${subject} (${reason})`,
  );
  if (degraded.length === 0) return summary;
  const more = degraded.length - NAMED_FAULTS;
  const named = degraded.slice(0, NAMED_FAULTS).join(", ");
  return `${summary}; degraded: ${named}${more > 0 ? ` and ${more} more` : ""}`;
}
