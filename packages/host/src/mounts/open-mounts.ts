import type { Clock, FileReader, MountWriter } from "@holdfast/core";
import { createMounts } from "./create-mounts.ts";
import { realMountSystem } from "./real-mount-system.ts";

/** What the mounts of the real machine are made of. */
export interface OpenMountsOptions {
  readonly clock: Clock;
  /** Absolute. */
  readonly root: string;
  /** Sees the same root. */
  readonly files: FileReader;
}

/** The mounts of this machine; under another root nothing is mounted, and that is said. Holds nothing open but its watches. */
export function openMounts({ clock, root, files }: OpenMountsOptions): MountWriter {
  return createMounts({ system: realMountSystem({ clock, root }), files });
}
