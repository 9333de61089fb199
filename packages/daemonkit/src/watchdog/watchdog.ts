import type { Clock } from "../clock.ts";
import { toDaemonFault } from "../daemon-fault.ts";
import { type Log, silentLog } from "../log.ts";
import type { Notifier } from "../notify/notify.ts";
import { systemClock } from "../system.ts";

/** What a watchdog is started with. */
export interface WatchdogOptions {
  readonly notifier: Pick<Notifier, "watchdog">;
  /**
   * Whether the daemon does its work. It is asked before every ping; while its answer is
   * not there, that is a no. Default: always.
   */
  readonly isAlive?: () => boolean | Promise<boolean>;
  /** Where `WATCHDOG_USEC` and `WATCHDOG_PID` are looked up. Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Whose watchdog it must be. Default: this process. */
  readonly pid?: number;
}

/** A watchdog that runs until it is disposed. */
export interface Watchdog extends Disposable {
  /** How often the service manager is notified; `undefined` when it did not ask. */
  readonly intervalMs: number | undefined;
}

/**
 * Pings the service manager's watchdog at once and then every half of its time. A liveness check that says no
 * withholds the ping and logs `WatchdogStarved`; the next one is asked all the same, and when none says yes in time
 * the service manager starts the daemon again.
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const { log = silentLog, clock = systemClock } = options;
  const intervalMs = watchdogInterval(options);
  if (intervalMs === undefined) return { intervalMs, [Symbol.dispose]() {} };
  let isAsking = false;
  let isOver = false;
  let cancel = (): void => {};
  tick(intervalMs);
  return {
    intervalMs,
    [Symbol.dispose]() {
      isOver = true;
      cancel();
    },
  };

  function tick(everyMs: number): void {
    cancel = clock.schedule(everyMs, () => tick(everyMs));
    if (isAsking) starve("it still has not answered");
    // Never rejects: a check that throws is a no.
    else void ask();
  }

  async function ask(): Promise<void> {
    isAsking = true;
    const refusal = await refusalOf(options.isAlive);
    isAsking = false;
    if (isOver) return;
    if (refusal === undefined) await options.notifier.watchdog();
    else starve(refusal);
  }

  function starve(why: string): void {
    log.error(`the watchdog is not fed: the liveness check says ${why}`, {
      reason: "WatchdogStarved",
      why,
    });
  }
}

/**
 * Half of what the service manager asks for. `undefined` unless `WATCHDOG_USEC` is a positive integer and
 * `WATCHDOG_PID` is empty or ours.
 */
function watchdogInterval(options: WatchdogOptions): number | undefined {
  const { environment = process.env, pid = process.pid } = options;
  const text = environment["WATCHDOG_USEC"] ?? "";
  const owner = environment["WATCHDOG_PID"] ?? "";
  if (!/^\d+$/.test(text) || Number(text) === 0) return undefined;
  if (owner !== "" && owner !== String(pid)) return undefined;
  return Number(text) / 2_000;
}

async function refusalOf(isAlive: WatchdogOptions["isAlive"]): Promise<string | undefined> {
  try {
    return isAlive === undefined || (await isAlive()) ? undefined : "no";
  } catch (error) {
    return toDaemonFault(error).message;
  }
}
