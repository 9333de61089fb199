import type { ResourceKind } from "@holdfast/core";
import { FSTAB } from "../fstab/fstab-file.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyMount, applyMounts } from "./apply.ts";
import { describeMount } from "./describe.ts";
import { carriesOthers, diffMount, fingerprintMount, mountDetails } from "./diff.ts";
import { type MountInput, mountSchema } from "./fields.ts";
import { type MountObserved, type MountSnapshot, observeMount, snapshotMounts } from "./observe.ts";
import { MOUNT_RISKS, riskOfMount } from "./risk.ts";
import { absentMount, bindMount, type MountSpec, neededByMount, thingsOfMount } from "./spec.ts";
import { watchMounts } from "./watch.ts";
import { isBelow } from "../brought-things.ts";

/** A file system at its mount point, now and at boot. Its name is the mount point. */
export const mountKind: ResourceKind<MountSpec, MountObserved, MountSnapshot, MountInput> = {
  kind: "mount",
  summary: "A mounted file system: now, with which options, and at boot by its line of fstab.",
  support: LINUX_SUPPORT,
  ports: ["mounts", "files", "paths", "services"],
  schema: mountSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindMount,
  lanes: () => [`path:${FSTAB}`],
  snapshot: snapshotMounts,
  observe: observeMount,
  diff: diffMount,
  apply: applyMount,
  risk: riskOfMount,
  risks: MOUNT_RISKS,
  foresee: applyMount,
  batch: { key: () => FSTAB, applyMany: applyMounts },
  temporaries: () => [{ path: FSTAB }],
  watch: watchMounts,
  fingerprint: fingerprintMount,
  details: mountDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  // Another mount of the same file system may change its options, of which no event comes here.
  isFullyWatched: () => false,
  absent: absentMount,
  describe: describeMount,
  owns: thingsOfMount,
  // Without the mount there is the directory below its point.
  takesAway: () => [],
  carries: carriesOthers,
  brings: ({ mountPoint }, thing) => isBelow(thing, mountPoint),
  needs: neededByMount,
};
