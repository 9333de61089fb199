import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyQuadlet } from "./apply.ts";
import { scratchPath } from "./check.ts";
import { diffQuadlet, fingerprintQuadlet, quadletDetails } from "./diff.ts";
import {
  describeQuadlet,
  observeQuadlet,
  type QuadletObserved,
  type QuadletSnapshot,
  snapshotQuadlets,
} from "./observe.ts";
import { QUADLET_RISKS, riskOfQuadlet } from "./risk.ts";
import {
  absentQuadlet,
  bindQuadlet,
  neededByQuadlet,
  type QuadletInput,
  quadletSchema,
  type QuadletSpec,
  usedByQuadlet,
} from "./spec.ts";
import { watchQuadlets } from "./watch.ts";

/** A unit of Podman under systemd: one file in /etc/containers/systemd, and the service that is made of it. */
export const quadletKind: ResourceKind<
  QuadletSpec,
  QuadletObserved,
  QuadletSnapshot,
  QuadletInput
> = {
  kind: "quadlet",
  summary: "A container, volume, network or pod of Podman as a unit of systemd: file and service.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "services", "commands", "hash", "paths", "downloads"],
  schema: quadletSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindQuadlet,
  lanes: ({ service }) => [`unit:${service.unit}`],
  snapshot: snapshotQuadlets,
  observe: observeQuadlet,
  diff: diffQuadlet,
  apply: applyQuadlet,
  risk: riskOfQuadlet,
  risks: QUADLET_RISKS,
  foresee: applyQuadlet,
  temporaries: (spec) => [{ path: spec.file.path }, { path: scratchPath(spec) }],
  watch: watchQuadlets,
  fingerprint: fingerprintQuadlet,
  details: quadletDetails,
  // Files that are not under /etc or /run are noticed only when systemd reads them again.
  isFullyWatched: () => false,
  isAbsent: ({ isAbsent }) => isAbsent,
  absent: absentQuadlet,
  describe: describeQuadlet,
  owns: ({ file, service }) => [
    { thing: `path:${file.path}`, isWhole: true },
    { thing: `service:${service.unit}`, isWhole: true },
    { thing: `unit:${service.unit}`, isWhole: false },
  ],
  needs: neededByQuadlet,
  uses: usedByQuadlet,
};
