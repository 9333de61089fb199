import type { FileReader, MountWriter } from "@holdfast/core";
import { createMounts, realClock, realMountSystem } from "@holdfast/host";
import type { Actor } from "../operations/actor.ts";
import { canMount, openMountNamespace } from "./namespaces/mount-namespace.ts";

/** Mounts of a real machine in a directory. */
export interface RealMounts extends AsyncDisposable {
  readonly mounts: MountWriter;
  /** Others, where anything is mounted. */
  readonly actor: Pick<Actor, "mounts">;
  lines(): readonly string[];
}

/** What they are made of. */
export interface RealMountsOptions {
  readonly root: string;
  readonly files: FileReader;
  /** In a mount namespace of its own, where that may be made. Else nothing is mounted. */
  readonly isLive: boolean;
}

/** The port over the directory, and what others do to its mounts. */
export function openRealMounts({ root, files, isLive }: RealMountsOptions): RealMounts {
  const clock = realClock;
  if (!isLive || !canMount()) {
    const mounts = createMounts({ system: realMountSystem({ clock, root }), files });
    return { mounts, actor: {}, lines: () => [], [Symbol.asyncDispose]: async () => {} };
  }
  const namespace = openMountNamespace(root);
  const system = realMountSystem({ clock, root, namespace });
  return {
    mounts: createMounts({ system, files }),
    actor: { mounts: namespace.actor },
    lines: () => namespace.lines(),
    [Symbol.asyncDispose]: () => namespace[Symbol.asyncDispose](),
  };
}
