import type { DaemonFault } from "../daemon-fault.ts";
import type { Log } from "../log.ts";
import type { Probe } from "../probe/probe.ts";

/** Something that runs as long as the daemon does. */
export interface Monitor {
  /** Unique in a daemon. */
  readonly name: string;
  /**
   * Runs until the signal is aborted. A rejection is a crash and is followed by a new run; returning ends the monitor
   * for good. Whatever it rejects with after an abort is a clean end.
   */
  run(context: MonitorContext, signal: AbortSignal): Promise<void>;
  /** What must hold before each start. Default: nothing. */
  readonly requires?: readonly Probe[];
  /** Whether it does its work, as far as it can say; shown by the heartbeat. */
  isHealthy?(): boolean;
}

/** What a run is given. */
export interface MonitorContext {
  readonly log: Log;
  /** Says that the other end does not answer (the state is then `degraded`), or that it does again (`undefined`). */
  connectivity(fault: DaemonFault | undefined): void;
}
