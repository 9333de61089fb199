import { type Clock, formatDuration, sleep } from "../clock.ts";
import { type DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import { type Log, silentLog } from "../log.ts";
import { numberOption } from "../option.ts";
import { allOf, checkProbe } from "../probe/probe.ts";
import type { Random } from "../random.ts";
import { createStatusTracker, type StatusTracker } from "../status/status-tracker.ts";
import { systemClock, systemRandom } from "../system.ts";
import { type Backoff, backoffDelayMs, type BackoffOptions, parseBackoff } from "./backoff.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Monitor, MonitorContext } from "./monitor.ts";

/** How monitors are supervised. Everything may be left out; zero means the default. */
export interface SuperviseOptions {
  /** Default: 5 s, doubling to 5 min. */
  readonly backoff?: BackoffOptions;
  /** A run at least this long makes the next crash the first one. Default 60 000. */
  readonly healthyRunMs?: number;
  /** How often a running monitor is logged as such. Default: never. */
  readonly heartbeatMs?: number;
  /** The longest that all probes of a monitor may take together. Default 30 000. */
  readonly probeTimeoutMs?: number;
  /** Where states are kept. Default: nowhere. */
  readonly tracker?: StatusTracker;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
}

/** After every so many crashes in a row somebody should investigate. */
const CRASHES_UNTIL_DEGRADED = 5;

/**
 * Runs one monitor, again after every crash, until it ends cleanly or the signal is aborted. Never rejects because of
 * the monitor.
 * @throws {DaemonFault} OptionInvalid, when an option makes no sense.
 */
export async function supervise(
  monitor: Monitor,
  options: SuperviseOptions,
  signal: AbortSignal,
): Promise<void> {
  const rules = parseRules(options);
  const { tracker } = rules;
  tracker.known(monitor.name);
  let crashes = 0;
  while (await passProbes(monitor, crashes, rules, signal)) {
    const end = await runOnce(monitor, crashes, rules, signal);
    if (end.type === "clean") return finish(monitor, rules, signal);
    if (end.durationMs >= rules.healthyRunMs) crashes = 0;
    crashes += 1;
    const delayMs = backoffDelayMs(crashes, rules.backoff, rules.random);
    logCrash(monitor, rules.log, { fault: end.fault, crashes, delayMs });
    tracker.backoff(monitor.name, { delayMs, fault: end.fault, crashes });
    if (!(await sleep(rules.clock, delayMs, signal))) break;
  }
  tracker.stopped(monitor.name);
}

interface Rules {
  readonly backoff: Backoff;
  readonly healthyRunMs: number;
  readonly heartbeatMs: number | undefined;
  readonly probeTimeoutMs: number;
  readonly tracker: StatusTracker;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

function parseRules(options: SuperviseOptions): Rules {
  const { log = silentLog, clock = systemClock, random = systemRandom } = options;
  const duration = (name: "healthyRunMs" | "probeTimeoutMs", otherwise: number): number =>
    numberOption({ name, value: options[name], otherwise });
  const heartbeatMs = numberOption({
    name: "heartbeatMs",
    value: options.heartbeatMs,
    otherwise: Number.POSITIVE_INFINITY,
  });
  return {
    backoff: parseBackoff(options.backoff),
    healthyRunMs: duration("healthyRunMs", 60_000),
    heartbeatMs: Number.isFinite(heartbeatMs) ? heartbeatMs : undefined,
    probeTimeoutMs: duration("probeTimeoutMs", 30_000),
    tracker: options.tracker ?? createStatusTracker({ clock }),
    log,
    clock,
    random,
  };
}

/** Tries the monitor's probes until they hold. Resolves to false when the signal was aborted before. */
async function passProbes(
  monitor: Monitor,
  crashes: number,
  rules: Rules,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, log, tracker } = rules;
  const probes = allOf(monitor.name, monitor.requires ?? []);
  for (let failures = 1; !signal.aborted; failures += 1) {
    const fault = await faultOf(() =>
      checkProbe(probes, { clock, timeoutMs: rules.probeTimeoutMs }, signal),
    );
    if (signal.aborted) return false;
    const fields = { monitor: monitor.name, count: failures };
    if (fault === undefined) {
      if (failures > 1) {
        log.info(`monitor ${monitor.name} may start: what it requires holds again`, {
          reason: "ProbesPassed",
          ...fields,
        });
      }
      return true;
    }
    const delayMs = backoffDelayMs(failures, rules.backoff, rules.random);
    log.warn(`monitor ${monitor.name} cannot start: ${fault.message}`, {
      reason: "ProbeFailed",
      ...fields,
      delayMs: Math.round(delayMs),
      error: { ...fault.toJSON() },
    });
    tracker.backoff(monitor.name, { delayMs, fault, crashes });
    await sleep(clock, delayMs, signal);
  }
  return false;
}

type RunEnd =
  | { readonly type: "clean" }
  | { readonly type: "crash"; readonly fault: DaemonFault; readonly durationMs: number };

async function runOnce(
  monitor: Monitor,
  crashes: number,
  rules: Rules,
  signal: AbortSignal,
): Promise<RunEnd> {
  const { clock, log, tracker } = rules;
  let isOver = false;
  const context: MonitorContext = {
    log,
    // What a run leaves behind may still complain; by then its complaint is nobody's state.
    connectivity(fault) {
      if (!isOver) tracker.connectivity(monitor.name, fault);
    },
  };
  tracker.running(monitor.name, crashes);
  const startedMs = clock.monotonicMs();
  using _ = startHeartbeat(monitor, { clock, log, intervalMs: rules.heartbeatMs });
  const fault = await faultOf(() => monitor.run(context, signal));
  isOver = true;
  if (fault === undefined || signal.aborted) return { type: "clean" };
  return { type: "crash", fault, durationMs: clock.monotonicMs() - startedMs };
}

/** What some work threw, be it at once or later. */
async function faultOf(work: () => Promise<void>): Promise<DaemonFault | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toDaemonFault(error);
  }
}

function finish(monitor: Monitor, { log, tracker }: Rules, signal: AbortSignal): void {
  tracker.stopped(monitor.name);
  if (signal.aborted) return;
  log.warn(`monitor ${monitor.name} ended by itself and is not started again`, {
    reason: "MonitorExited",
    monitor: monitor.name,
  });
}

function logCrash(
  monitor: Monitor,
  log: Log,
  crash: { readonly fault: DaemonFault; readonly crashes: number; readonly delayMs: number },
): void {
  const { fault, crashes: count } = crash;
  const fields = { monitor: monitor.name, count, delayMs: Math.round(crash.delayMs) };
  const wait = formatDuration(crash.delayMs);
  log.error(`monitor ${monitor.name} crashed (${count}), next start in ${wait}: ${fault.message}`, {
    reason: "MonitorCrash",
    ...fields,
    error: { ...fault.toJSON() },
  });
  if (count % CRASHES_UNTIL_DEGRADED !== 0) return;
  log.error(`monitor ${monitor.name} crashed ${count} times in a row`, {
    reason: "MonitorDegraded",
    ...fields,
  });
}
