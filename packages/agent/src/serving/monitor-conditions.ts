import { type Clock, type EngineEvent, Fault, type FaultData } from "@holdfast/core";
import type { MonitorStatus, StatusError, StatusTracker } from "@holdfast/daemonkit";
import { CONTROL_MONITOR } from "../control/served.ts";

/** Monitors whose conditions are published elsewhere, with their own words. */
const PUBLISHED_ELSEWHERE: ReadonlySet<string> = new Set(["source", "reporting", "ledger"]);

/** A monitor that has run for so long runs: each try begins as if all were well. */
const STEADY_MS = 1_000;

/** The receiver of the events, and their clock. */
export interface ConditionListener {
  readonly clock: Clock;
  readonly tell: (event: EngineEvent) => void;
}

/** Publishes monitors that do not run as they should, until the returned function is called. */
export function tellMonitorConditions(
  tracker: StatusTracker,
  { clock, tell }: ConditionListener,
): () => void {
  const published = new Map<string, string>();
  const recovering = new Map<string, () => void>();

  function note({ name, error }: MonitorStatus): void {
    if (PUBLISHED_ELSEWHERE.has(name)) return;
    if (error === undefined) return noteWell(name);
    recovering.get(name)?.();
    recovering.delete(name);
    const words = `${error.reason}: ${error.message}`;
    if (words === published.get(name)) return;
    published.set(name, words);
    tell({ type: "degraded", subject: name, fault: faultOf(name, error) });
  }

  function noteWell(name: string): void {
    if (!published.has(name) || recovering.has(name)) return;
    const cancel = clock.schedule(STEADY_MS, () => {
      recovering.delete(name);
      published.delete(name);
      tell({ type: "recovered", subject: name });
    });
    recovering.set(name, cancel);
  }

  const unsubscribe = tracker.subscribe(() => tracker.statuses().forEach(note));
  return () => {
    unsubscribe();
    for (const cancel of recovering.values()) cancel();
  };
}

function faultOf(name: string, { reason, message, resolution }: StatusError): FaultData {
  const isControl = name === CONTROL_MONITOR;
  return new Fault({
    reason: isControl ? "ControlUnavailable" : "MonitorDown",
    message: isControl ? message : `${name} does not run as it should: ${reason}: ${message}`,
    resolution,
  }).toJSON();
}
