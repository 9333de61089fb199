import type { ResourceKind } from "@holdfast/core";
import { FSTAB } from "../fstab/fstab-file.ts";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT } from "../support.ts";
import { applySwap, applySwaps } from "./apply.ts";
import { describeSwap } from "./describe.ts";
import { diffSwap, fingerprintSwap, swapDetails } from "./diff.ts";
import { type SwapInput, swapSchema } from "./fields.ts";
import { observeSwap, snapshotSwaps, type SwapObserved, type SwapSnapshot } from "./observe.ts";
import { SWAP_RISKS, riskOfSwap } from "./risk.ts";
import { absentSwap, bindSwap, neededBySwap, type SwapSpec, thingsOfSwap } from "./spec.ts";
import { watchedPathsOfSwap } from "./watch.ts";

/** What is swapped to is not watched. */
const RESYNC_MS = 60_000;

/** A swap area: a file, which may be made, or a device. Its name is the path, or a tag such as `UUID=…`. */
export const swapKind: ResourceKind<SwapSpec, SwapObserved, SwapSnapshot, SwapInput> = {
  kind: "swap",
  summary: "Swap space: the file, whether it is swapped to now, and its line of fstab.",
  support: LINUX_SUPPORT,
  ports: ["mounts", "files", "paths", "services"],
  schema: swapSchema,
  resyncMs: RESYNC_MS,
  bind: bindSwap,
  lanes: ({ area, isDevice }) => [`path:${FSTAB}`, ...(isDevice ? [] : [`path:${area}`])],
  snapshot: snapshotSwaps,
  observe: observeSwap,
  diff: diffSwap,
  apply: applySwap,
  risk: riskOfSwap,
  risks: SWAP_RISKS,
  foresee: applySwap,
  batch: { key: () => "swap", applyMany: applySwaps },
  temporaries: ({ area, sizeBytes }) => [
    { path: FSTAB },
    ...(sizeBytes === undefined ? [] : [{ path: area }]),
  ],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfSwap, context, sink),
  fingerprint: fingerprintSwap,
  details: swapDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  isFullyWatched: () => false,
  absent: absentSwap,
  describe: describeSwap,
  owns: thingsOfSwap,
  needs: neededBySwap,
};
