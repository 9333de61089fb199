import { type EngineEvent, type ResultStatus, unreachable } from "@holdfast/core";

/** Priorities of the journal, as syslog(3) numbers them. */
export const PRIORITY = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

/** How urgent a line is. */
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** A line as the journal takes it from a stream: sd-daemon(3) has the priority in front. */
export function withPriority(priority: Priority, text: string): string {
  return `<${priority}>${text}\n`;
}

/** What drifted or was repaired is worth a notice; what failed, an error. */
export function priorityOf(event: EngineEvent): Priority {
  switch (event.type) {
    case "degraded":
      return PRIORITY.warning;
    case "drift":
    case "attributed":
    case "ordered":
      return PRIORITY.notice;
    case "result":
      if (event.result.status === "changed" && event.result.cause === "drift") {
        return PRIORITY.notice;
      }
      return RESULT_PRIORITIES[event.result.status];
    case "operated":
      return event.report.status === "failed" ? PRIORITY.error : PRIORITY.notice;
    case "approval":
      return event.what === "refused" ? PRIORITY.warning : PRIORITY.notice;
    case "reconciling":
    case "progress":
      return PRIORITY.debug;
    case "started":
    case "watching":
    case "recovered":
    case "reloaded":
    case "stopped":
      return PRIORITY.info;
    default:
      return unreachable(event);
  }
}

const RESULT_PRIORITIES: Readonly<Record<ResultStatus, Priority>> = {
  ok: PRIORITY.info,
  changed: PRIORITY.info,
  noop: PRIORITY.info,
  skipped: PRIORITY.warning,
  failed: PRIORITY.error,
  denied: PRIORITY.error,
  unknown: PRIORITY.error,
};
