import { type HealthCheck, type ResourceId, timingOf } from "@holdfast/core";
import { SERVICES } from "../machine/services.ts";
import type { CreateInvariant } from "./invariant.ts";

/** From the end of a service to everybody knowing: two periods, two timeouts, and a little, in milliseconds. */
const KNOWN_WITHIN_MS = 3_000;

/** Nothing is begun on what depends on a service that does not answer. */
export const readinessHolds: CreateInvariant = ({ world, chronicle, accuse }) => {
  /** By service: the number of the fact from which on its end must be known. */
  const knownAt = new Map<string, number>();
  return {
    proves: "K11: what is not ready holds back what depends on it",
    hear(fact) {
      for (const service of SERVICES) note(service);
      if (fact.type !== "begins" || fact.call.verb !== "apply") return;
      for (const id of fact.call.ids) check(id);
    },
  };

  function note(service: string): void {
    const sinceMs = world.services.downSinceMs(service);
    if (sinceMs === undefined) knownAt.delete(service);
    else if (world.nowMs - sinceMs > KNOWN_WITHIN_MS && !knownAt.has(service))
      knownAt.set(service, chronicle.now);
  }

  function check(id: ResourceId): void {
    // What began before, or under another manifest, goes on.
    const { attemptAt } = chronicle.of(id);
    if (attemptAt < chronicle.declaredAt) return;
    for (const ancestor of chronicle.ancestors(id)) {
      const service = servicesOf(ancestor).find(
        (one) => attemptAt > (knownAt.get(one) ?? attemptAt),
      );
      // Only of what is as declared it is asked whether it is ready.
      if (service === undefined || world.process?.status(ancestor)?.type !== "Ready") continue;
      accuse(`${id} is applied, and ${service}, by which ${ancestor} is ready, does not answer`);
    }
  }

  /** What must answer for a resource to be ready. */
  function servicesOf(id: ResourceId): readonly string[] {
    const { health = [] } = world.resource(id)?.meta ?? {};
    return health.flatMap((one: HealthCheck) =>
      "tcp" in one && timingOf(one).as === "readiness" ? [one.tcp] : [],
    );
  }
};
