import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { toDaemonFault } from "../daemon-fault.ts";
import type { Monitor } from "./monitor.ts";

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `undefined` is off. */
  readonly intervalMs: number | undefined;
}

/**
 * Logs `MonitorHeartbeat` with the uptime of this run, first after one interval, until it is disposed. `healthy` is
 * there only where the monitor can say.
 */
export function startHeartbeat(monitor: Monitor, options: HeartbeatOptions): Disposable {
  const { clock, log, intervalMs } = options;
  if (intervalMs === undefined) return { [Symbol.dispose]() {} };
  const startedMs = clock.monotonicMs();
  let cancel = clock.schedule(intervalMs, beat);
  return { [Symbol.dispose]: () => cancel() };

  function beat(): void {
    cancel = clock.schedule(intervalMs ?? 0, beat);
    const uptimeMs = Math.round(clock.monotonicMs() - startedMs);
    const fields = { reason: "MonitorHeartbeat", monitor: monitor.name, uptimeMs };
    log.info(`monitor ${monitor.name} runs`, { ...fields, ...judgeHealth(monitor) });
  }
}

/** A check that throws says no, and why. */
function judgeHealth(monitor: Monitor): { healthy?: boolean; error?: string } {
  if (monitor.isHealthy === undefined) return {};
  try {
    return { healthy: monitor.isHealthy() };
  } catch (error) {
    return { healthy: false, error: toDaemonFault(error).message };
  }
}
