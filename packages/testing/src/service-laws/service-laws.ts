import { describe } from "node:test";
import { connectionLaws } from "./connection-laws.ts";
import { jobLaws } from "./job-laws.ts";
import { linkLaws } from "./link-laws.ts";
import { observeLaws } from "./observe-laws.ts";
import type { ServiceLawsOptions, ServiceSubject } from "./subject.ts";
import { transientLaws } from "./transient-laws.ts";
import { watchLaws } from "./watch-laws.ts";

/**
 * The laws of services (semantics K4, D9, D10, C3), registered with node's test runner for one kind of machine. Each law
 * opens a machine of its own, or one that is as it was before.
 */
export function serviceLaws(
  options: ServiceLawsOptions,
  open: () => Promise<ServiceSubject>,
): void {
  describe(`service laws on ${options.machine}`, () => {
    jobLaws(open);
    linkLaws(options, open);
    observeLaws(open);
    watchLaws(options, open);
    transientLaws(open);
    connectionLaws(options, open);
  });
}
