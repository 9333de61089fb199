import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT } from "../support.ts";
import { applySysctl } from "./apply.ts";
import { diffSysctl, fingerprintSysctl } from "./diff.ts";
import {
  describeSysctl,
  livePath,
  observeSysctl,
  snapshotSysctls,
  type SysctlObserved,
  type SysctlSnapshot,
} from "./observe.ts";
import { SYSCTL_RISKS, riskOfSysctl } from "./risk.ts";
import {
  absentSysctl,
  bindSysctl,
  type SysctlInput,
  type SysctlSpec,
  sysctlSchema,
} from "./spec.ts";
import { watchedPathsOfSysctl } from "./watch.ts";

/** A key may change as a side effect of another, which nothing tells. */
const RESYNC_MS = 60_000;

/** A parameter of the kernel, as it runs and as it boots (K8). Its name is the key. */
export const sysctlKind: ResourceKind<SysctlSpec, SysctlObserved, SysctlSnapshot, SysctlInput> = {
  kind: "sysctl",
  summary: "A kernel parameter: its value in the running kernel and at boot.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "paths", "hash"],
  schema: sysctlSchema,
  resyncMs: RESYNC_MS,
  bind: bindSysctl,
  lanes: ({ key }) => [`sysctl:${key}`],
  snapshot: snapshotSysctls,
  observe: observeSysctl,
  diff: diffSysctl,
  apply: applySysctl,
  risk: riskOfSysctl,
  risks: SYSCTL_RISKS,
  foresee: applySysctl,
  temporaries: ({ dropIn }) => [{ path: dropIn.path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfSysctl, context, sink),
  fingerprint: fingerprintSysctl,
  isAbsent: ({ isAbsent }) => isAbsent,
  // The kernel changes keys by itself, and other files come to count at boot.
  isFullyWatched: () => false,
  absent: absentSysctl,
  describe: describeSysctl,
  owns: ({ key, dropIn }) => [
    { thing: `sysctl:${key}`, isWhole: true },
    { thing: `path:${dropIn.path}`, isWhole: true },
  ],
  needs: (spec) => (spec.isLive ? [`path:${livePath(spec)}`] : []),
};
