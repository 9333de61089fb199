import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { REFUSED_RISKS, riskOfRefused } from "../refused-risk.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyKernelModule } from "./apply.ts";
import { diffKernelModule, fingerprintKernelModule, kernelModuleDetails } from "./diff.ts";
import { type KernelModuleInput, kernelModuleSchema } from "./fields.ts";
import {
  describeKernelModule,
  type KernelModuleObserved,
  type KernelModuleSnapshot,
  observeKernelModule,
  snapshotKernelModules,
} from "./observe.ts";
import { absentKernelModule, bindKernelModule, type KernelModuleSpec } from "./spec.ts";
import { watchedPathsOfKernelModule } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** A module of the kernel, as it is loaded from the next boot on. Its name is the module's. */
export const kernelModuleKind: ResourceKind<
  KernelModuleSpec,
  KernelModuleObserved,
  KernelModuleSnapshot,
  KernelModuleInput
> = {
  kind: "kernel-module",
  summary: "A kernel module: loaded at boot or never, and with which parameters.",
  support: LINUX_SUPPORT,
  ports: ["files", "accounts", "paths", "hash"],
  schema: kernelModuleSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindKernelModule,
  lanes: ({ module }) => [`kernel-module:${module}`],
  snapshot: snapshotKernelModules,
  observe: observeKernelModule,
  diff: diffKernelModule,
  apply: applyKernelModule,
  risk: riskOfRefused,
  risks: REFUSED_RISKS,
  foresee: applyKernelModule,
  temporaries: ({ load, rules }) => [{ path: load.path }, { path: rules.path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfKernelModule, context, sink),
  fingerprint: fingerprintKernelModule,
  details: kernelModuleDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // A write through a memory map or another hard link makes no event here.
  isFullyWatched: ({ isAbsent }) => isAbsent,
  absent: absentKernelModule,
  describe: describeKernelModule,
  brings: (_spec, thing) => thing.startsWith("device:") || isBelow(thing, "/dev"),
  owns: ({ module, load, rules }) => [
    { thing: `kernel-module:${module}`, isWhole: true },
    { thing: `path:${load.path}`, isWhole: true },
    { thing: `path:${rules.path}`, isWhole: true },
  ],
};
