import type { LinkRoute } from "./network.ts";

/** Whether a route that is there is the declared one; a metric that is not declared may be any. */
export function isRoute(declared: LinkRoute, found: LinkRoute): boolean {
  const { family, to, via, metric } = declared;
  const isMetric = metric === undefined || metric === (found.metric ?? 0);
  return family === found.family && to === found.to && via === found.via && isMetric;
}
