import { type EngineEvent, type Pause, pausedFault } from "@holdfast/core";

/** What a pause is reported as while it is on. */
const SUBJECT = "pause";

/** The event of a pause, or of its end (`undefined`). */
export function pauseEvent(pause: Pause | undefined): EngineEvent {
  if (pause === undefined) return { type: "recovered", subject: SUBJECT };
  return { type: "degraded", subject: SUBJECT, fault: pausedFault(pause).toJSON() };
}
