import type { Clock } from "../clock.ts";
import { throwIfAborted } from "../daemon-fault.ts";
import { type ControlPlaneOptions, startControlPlane } from "../control/control-plane.ts";
import { type Log, silentLog } from "../log.ts";
import type { Native } from "../native/native.ts";
import { createNotifier, type Notifier } from "../notify/notify.ts";
import type { Monitor } from "../supervise/monitor.ts";
import { startSupervisor, type SupervisorOptions } from "../supervise/supervisor.ts";
import { createStatusTracker, statusText, type StatusTracker } from "../status/status-tracker.ts";
import { systemClock } from "../system.ts";
import { startWatchdog } from "../watchdog/watchdog.ts";

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly monitors: readonly Monitor[];
  /** The control socket. Default of `status`: `{ "monitors": [...] }`. */
  readonly control: Omit<ControlPlaneOptions, "status"> &
    Partial<Pick<ControlPlaneOptions, "status">>;
  /** How monitors are supervised. Default: all defaults. */
  readonly supervise?: SupervisorOptions;
  /** Whether the daemon does its work, for the watchdog. Default: always. */
  readonly isAlive?: () => boolean | Promise<boolean>;
  /** Where the service manager's variables are looked up. Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** How native calls are loaded. Default: through koffi. */
  readonly loadNative?: () => Promise<Native>;
}

/** As much longer than its parts may take is what the service manager is asked to wait for the end. */
const STOP_MARGIN_MS = 15_000;

/**
 * Runs a daemon until the signal is aborted: control socket, then watchdog and monitors, then READY; and the other
 * way round at the end, with STOPPING first. Resolves when everything has ended. `STATUS` follows the monitors.
 * @throws {DaemonFault} what `startControlPlane` and `startSupervisor` throw, and then nothing runs.
 */
export async function runDaemon(options: DaemonOptions, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  const { log = silentLog, clock = systemClock, supervise = {} } = options;
  const shared = {
    log,
    clock,
    ...(options.loadNative === undefined ? {} : { loadNative: options.loadNative }),
  };
  const environment = options.environment ?? process.env;
  const tracker = supervise.tracker ?? createStatusTracker({ clock });
  const notifier = createNotifier({ ...shared, environment });
  const status = (): unknown => ({ monitors: tracker.statuses() });
  await using stack = new AsyncDisposableStack();
  stack.use(await startControlPlane({ status, ...shared, ...options.control }));
  // Before the monitors, so that it ends after them: a slow stop is no reason to be killed.
  const { isAlive } = options;
  const liveness = isAlive === undefined ? {} : { isAlive };
  stack.use(startWatchdog({ notifier, environment, log, clock, ...liveness }));
  const supervisor = startSupervisor(options.monitors, { log, clock, ...supervise, tracker });
  stack.use(supervisor);
  const text = statusText(tracker.statuses());
  await notifier.ready(text);
  const tell = statusTeller(tracker, notifier, text);
  stack.defer(tracker.subscribe(tell));
  // What changed while that was on its way.
  tell();
  // All monitors may end and the daemon still serve; that one of ours is wrong must come out.
  const aborted = untilAborted(signal);
  await Promise.race([aborted, supervisor.finished.then(() => aborted)]);
  await notifier.stopping();
  const graceMs = (supervise.stopGraceMs ?? 30_000) + (options.control.stopTimeoutMs ?? 5_000);
  await notifier.extendTimeout(graceMs + STOP_MARGIN_MS);
}

/** Tells the service manager how the monitors are, but not the same thing twice. */
function statusTeller(
  tracker: StatusTracker,
  notifier: Notifier,
  publishedText: string,
): () => void {
  let published = publishedText;
  return () => {
    const text = statusText(tracker.statuses());
    if (text === published) return;
    published = text;
    // Never rejects.
    void notifier.status(text);
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
