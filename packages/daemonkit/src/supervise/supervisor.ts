import { formatDuration, sleep } from "../clock.ts";
import { DaemonFault } from "../daemon-fault.ts";
import { silentLog } from "../log.ts";
import { numberOption, optionFault } from "../option.ts";
import { createStatusTracker, type MonitorStatus } from "../status/status-tracker.ts";
import { systemClock } from "../system.ts";
import type { Monitor } from "./monitor.ts";
import { supervise, type SuperviseOptions } from "./supervise.ts";

/** How many monitors are supervised together. */
export interface SupervisorOptions extends SuperviseOptions {
  /** How long stopping waits for monitors that do not heed their signal. Default 30 000. */
  readonly stopGraceMs?: number;
}

/** Monitors that run. Disposing is `stop`. */
export interface Supervisor extends AsyncDisposable {
  statuses(): readonly MonitorStatus[];
  /** Resolves when every monitor has ended, whether by itself or by `stop`. */
  readonly finished: Promise<void>;
  /**
   * Aborts every monitor and waits until they ended. Those that go on after the grace are logged as `MonitorStuck`
   * and waited for no longer. A second call waits for the first.
   */
  stop(): Promise<void>;
}

/**
 * Starts monitors, each supervised on its own: one that crashes does not disturb the others.
 * @throws {DaemonFault} OptionInvalid, when two have one name or an option makes no sense.
 */
export function startSupervisor(
  monitors: readonly Monitor[],
  options: SupervisorOptions = {},
): Supervisor {
  const { clock = systemClock, log = silentLog } = options;
  const tracker = options.tracker ?? createStatusTracker({ clock });
  const graceMs = numberOption({
    name: "stopGraceMs",
    value: options.stopGraceMs,
    otherwise: 30_000,
  });
  refuseTwins(monitors);
  // Before the first one starts, so that a status in the same moment shows them all.
  for (const { name } of monitors) tracker.known(name);
  const controller = new AbortController();
  const running = new Set(monitors.map(({ name }) => name));
  const finished = Promise.all(
    monitors.map(async (monitor) => {
      await supervise(monitor, { ...options, tracker }, controller.signal);
      running.delete(monitor.name);
    }),
  ).then(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  return { statuses: () => tracker.statuses(), finished, stop, [Symbol.asyncDispose]: stop };

  async function stopAll(): Promise<void> {
    controller.abort(stoppingFault());
    const grace = new AbortController();
    try {
      await Promise.race([finished, sleep(clock, graceMs, grace.signal)]);
    } finally {
      grace.abort();
    }
    for (const name of running) {
      log.error(`monitor ${name} did not stop within ${formatDuration(graceMs)}`, {
        reason: "MonitorStuck",
        monitor: name,
      });
    }
  }
}

function refuseTwins(monitors: readonly Monitor[]): void {
  const names = monitors.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw optionFault(`two monitors are called ${twin}`, "Give each monitor a name of its own.");
}

function stoppingFault(): DaemonFault {
  return new DaemonFault({
    reason: "Stopping",
    message: "the daemon is stopping",
    resolution: "Start it again when you need it.",
  });
}
