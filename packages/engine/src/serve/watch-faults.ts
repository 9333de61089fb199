import { Fault } from "@holdfast/core";

/** A watch that is not live in time has failed. */
export function openedTooLate(name: string, withinMs: number): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the watch of ${name} was not live within ${withinMs} ms`,
    resolution: "Nothing to do: it is tried again, and its resources are polled meanwhile.",
  });
}

/** A watch that ended and does not say why. */
export function endedQuietly(name: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the watch of ${name} ended without a reason`,
    resolution: "Nothing to do: it is restarted, and its resources are polled meanwhile.",
  });
}
