import { type Clock, formatDuration, isoTime } from "../clock.ts";
import type { DaemonFault, DaemonFaultData } from "../daemon-fault.ts";
import { systemClock } from "../system.ts";

/** What a monitor is doing. `degraded` is running while the other end does not answer; `backoff:5s` says how long. */
export type MonitorState = "running" | "degraded" | `backoff:${string}` | "stopped";

/** A fault, and since when it has been the same one. */
export interface StatusError extends DaemonFaultData {
  /** ISO time of the wall clock. */
  readonly since: string;
}

/** What is known of one monitor. */
export interface MonitorStatus {
  readonly name: string;
  readonly state: MonitorState;
  /** ISO time at which it came into this state. */
  readonly since: string;
  /** What is wrong now: why it waits, why it is degraded, or what ended it. */
  readonly error?: StatusError;
  /** ISO time of the next start; only in a backoff. */
  readonly retryAt?: string;
  /** Crashes in a row, without a long enough run between them. */
  readonly crashes: number;
}

/** Keeps the status of monitors. The supervisor writes it; whoever serves or prints a status reads it. */
export interface StatusTracker {
  /** Of every monitor that was ever named, in the order of their naming. */
  statuses(): readonly MonitorStatus[];
  /** Calls after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** It is known, and not started yet. */
  known(name: string): void;
  running(name: string, crashes: number): void;
  /** It waits before its next start. The same reason as before keeps its `since`. */
  backoff(name: string, wait: BackoffWait): void;
  /** It ended and is not started again. */
  stopped(name: string, fault?: DaemonFault): void;
  /**
   * Lays an error of connection over a running monitor, or takes it away (`undefined`). Nothing happens while the
   * monitor does not run: then there is a better reason to show.
   */
  connectivity(name: string, fault: DaemonFault | undefined): void;
}

/** Why and how long a monitor waits. */
export interface BackoffWait {
  readonly delayMs: number;
  readonly fault: DaemonFault;
  readonly crashes: number;
}

/** What a tracker is made with. */
export interface StatusTrackerOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Makes a tracker that knows nobody yet. */
export function createStatusTracker(options: StatusTrackerOptions = {}): StatusTracker {
  const { clock = systemClock } = options;
  const statuses = new Map<string, MonitorStatus>();
  const listeners = new Set<() => void>();

  return {
    statuses: () => [...statuses.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    known(name) {
      if (!statuses.has(name)) change(name, { state: "stopped", crashes: 0 });
    },
    running: (name, crashes) => change(name, { state: "running", crashes }),
    backoff(name, { delayMs, fault, crashes }) {
      const retryAt = isoTime(clock.wallMs() + delayMs);
      const state = `backoff:${formatDuration(delayMs)}` as const;
      change(name, { state, error: errorOf(name, fault), retryAt, crashes });
    },
    stopped(name, fault) {
      const error = fault === undefined ? {} : { error: errorOf(name, fault) };
      change(name, { state: "stopped", crashes: statuses.get(name)?.crashes ?? 0, ...error });
    },
    connectivity(name, fault) {
      const status = statuses.get(name);
      if (status?.state !== "running" && status?.state !== "degraded") return;
      const { crashes } = status;
      if (fault !== undefined) {
        change(name, { state: "degraded", crashes, error: errorOf(name, fault) });
      } else if (status.state === "degraded") {
        change(name, { state: "running", crashes });
      }
    },
  };

  function change(name: string, next: Omit<MonitorStatus, "name" | "since">): void {
    const before = statuses.get(name);
    // A longer wait of the same kind is a new wait; a repeated complaint is not a new state.
    const since =
      before?.state === next.state && next.retryAt === undefined
        ? before.since
        : isoTime(clock.wallMs());
    statuses.set(name, { name, since, ...next });
    for (const listener of listeners) listener();
  }

  function errorOf(name: string, fault: DaemonFault): StatusError {
    const before = statuses.get(name)?.error;
    const since = before?.reason === fault.reason ? before.since : isoTime(clock.wallMs());
    return { ...fault.toJSON(), since };
  }
}

/** One line about all monitors, e.g. `2 running; net: backoff:5s (ConnectFailed)`; for `STATUS=` and titles. */
export function statusText(statuses: readonly MonitorStatus[]): string {
  const running = statuses.filter(({ state }) => state === "running").length;
  const troubled = statuses
    .filter(({ state }) => state !== "running")
    .map(
      ({ name, state, error }) =>
        `${name}: ${state}${error === undefined ? "" : ` (${error.reason})`}`,
    );
  return [`${running} running`, ...troubled].join("; ");
}
