import type { Clock } from "@holdfast/core";
import { formatDuration, type MonitorStatus } from "@holdfast/daemonkit";
import type { WatchStatus } from "@holdfast/engine";
import { shownTime } from "../control/shown-time.ts";

/** The engine's watches as monitors: the engine restarts them itself, and they are shown like the others. */
export function watchMonitors(
  watches: readonly WatchStatus[],
  clock: Clock,
): readonly MonitorStatus[] {
  return watches.map(({ name, isLive, sinceMs, failures, fault, retryAtMs }): MonitorStatus => {
    const head = { name: `watch:${name}`, since: shownTime(sinceMs, clock), crashes: failures };
    if (isLive || fault === undefined) return { ...head, state: isLive ? "running" : "stopped" };
    const { reason, message, resolution } = fault;
    const leftMs = Math.max(0, (retryAtMs ?? clock.monotonicMs()) - clock.monotonicMs());
    return {
      ...head,
      state: `backoff:${formatDuration(leftMs)}`,
      error: { reason, message, resolution, since: head.since },
      ...(retryAtMs === undefined ? {} : { retryAt: shownTime(retryAtMs, clock) }),
    };
  });
}
