import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { watchUnits } from "../unit/watch-units.ts";
import { applySystemdUnit, applySystemdUnits } from "./apply.ts";
import { diffSystemdUnit, fingerprintSystemdUnit, systemdUnitDetails } from "./diff.ts";
import {
  describeSystemdUnit,
  observeSystemdUnit,
  snapshotSystemdUnits,
  type SystemdUnitObserved,
  type SystemdUnitSnapshot,
} from "./observe.ts";
import { SYSTEMD_UNIT_RISKS, riskOfSystemdUnit } from "./risk.ts";
import {
  absentSystemdUnit,
  bindSystemdUnit,
  neededBySystemdUnit,
  type SystemdUnitInput,
  systemdUnitSchema,
  type SystemdUnitSpec,
  usedBySystemdUnit,
} from "./spec.ts";
import { SCRATCH_PATH } from "./verify.ts";

/** The file of a systemd unit, or a drop-in of one, under /etc/systemd/system. Its name is the unit's. */
export const systemdUnitKind: ResourceKind<
  SystemdUnitSpec,
  SystemdUnitObserved,
  SystemdUnitSnapshot,
  SystemdUnitInput
> = {
  kind: "systemd-unit",
  summary: "A unit file of systemd, or a drop-in: verified, installed, and read by systemd.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "services", "commands", "hash", "downloads"],
  schema: systemdUnitSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindSystemdUnit,
  // What is written shares one lane, so that many go together; what is removed may have to stop first.
  lanes: ({ isAbsent, unit }) => [isAbsent ? `unit-file:${unit}` : "unit-files"],
  snapshot: snapshotSystemdUnits,
  observe: observeSystemdUnit,
  diff: diffSystemdUnit,
  apply: applySystemdUnit,
  risk: riskOfSystemdUnit,
  risks: SYSTEMD_UNIT_RISKS,
  foresee: applySystemdUnit,
  batch: { key: () => "unit-files", applyMany: applySystemdUnits },
  temporaries: ({ file: { path }, directory }) => [
    { path },
    ...(directory === undefined ? [] : [{ path: SCRATCH_PATH }]),
  ],
  watch: (specs, context, sink) => watchUnits(specs, ({ unit }) => [unit], context, sink),
  fingerprint: fingerprintSystemdUnit,
  details: systemdUnitDetails,
  // Files that are not under /etc or /run are noticed only when systemd reads them again.
  isFullyWatched: () => false,
  isAbsent: ({ isAbsent }) => isAbsent,
  absent: absentSystemdUnit,
  describe: describeSystemdUnit,
  owns: ({ file, unit }) => [
    { thing: `path:${file.path}`, isWhole: true },
    { thing: `unit:${unit}`, isWhole: false },
  ],
  needs: neededBySystemdUnit,
  uses: usedBySystemdUnit,
};
