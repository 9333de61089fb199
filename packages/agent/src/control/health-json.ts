import type { CheckHealth, Clock, JsonObject, ResourceHealth } from "@holdfast/core";
import { shownTime } from "./shown-time.ts";

/** The health of a resource: `{status, since, checks: [{name, as, status, since, failures, lastFailure?}]}`. */
export function healthJson({ status, sinceMs, checks }: ResourceHealth, clock: Clock): JsonObject {
  return {
    status,
    since: shownTime(sinceMs, clock),
    checks: checks.map((check) => checkJson(check, clock)),
  };
}

function checkJson(
  { name, as, status, sinceMs, failures, lastFailure }: CheckHealth,
  clock: Clock,
) {
  return {
    name,
    as,
    status,
    since: shownTime(sinceMs, clock),
    failures,
    ...(lastFailure === undefined
      ? {}
      : { lastFailure: { why: lastFailure.why, at: shownTime(lastFailure.atMs, clock) } }),
  };
}
