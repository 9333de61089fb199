import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { watchUnits } from "../unit/watch-units.ts";
import { applyService, refreshService } from "./apply.ts";
import { describeService, diffService, fingerprintService, serviceDetails } from "./diff.ts";
import {
  observeService,
  type ServiceObserved,
  type ServiceSnapshot,
  snapshotServices,
} from "./observe.ts";
import { serviceOperations } from "./operations.ts";
import { SERVICE_RISKS, riskOfService } from "./risk.ts";
import {
  absentService,
  bindService,
  neededByService,
  type ServiceInput,
  type ServiceSpec,
  serviceSchema,
} from "./spec.ts";

/** A unit of systemd: whether it runs, what starts it, and whether anything may (K4). Its name is the unit's. */
export const serviceKind: ResourceKind<
  ServiceSpec,
  ServiceObserved,
  ServiceSnapshot,
  ServiceInput
> = {
  kind: "service",
  summary: "A service or another unit of systemd: running, enabled, masked.",
  support: LINUX_SUPPORT,
  ports: ["services"],
  schema: serviceSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindService,
  lanes: ({ unit }) => [`unit:${unit}`],
  snapshot: snapshotServices,
  observe: observeService,
  diff: diffService,
  apply: applyService,
  risk: riskOfService,
  risks: SERVICE_RISKS,
  operations: serviceOperations,
  foresee: applyService,
  refresh: refreshService,
  watch: (specs, context, sink) => watchUnits(specs, ({ unit }) => [unit], context, sink),
  fingerprint: fingerprintService,
  details: serviceDetails,
  // Files that are not under /etc or /run are noticed only when systemd reads them again.
  isFullyWatched: () => false,
  isAbsent: (spec) => spec.isAbsent,
  absent: absentService,
  describe: describeService,
  owns: ({ unit }) => [{ thing: `service:${unit}`, isWhole: true }],
  // What starts makes its sockets and directories, and more.
  brings: ({ isRunning }) => isRunning === true,
  needs: neededByService,
};
