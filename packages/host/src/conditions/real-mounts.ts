import { readFile, realpath } from "node:fs/promises";
import type { Clock } from "@holdfast/core";
import { holdsMountInfo } from "./listening.ts";
import { openMonitor } from "./monitor.ts";
import type { MountSource } from "./mount-leaves.ts";

/** Whose mounts they are, where they are not this process's own. */
export interface MountNamespace {
  /** A process that is in it. */
  readonly pid: number;
  /** The words that put a program into it, before its own. */
  readonly entering: readonly [string, ...string[]];
}

/**
 * The mounts of this process's namespace, or of another one. mountinfo makes no inotify event, only a poll(2) with priority,
 * which Node cannot wait for; findmnt of util-linux can (decision 13).
 */
export function realMounts(clock: Clock, root: string, namespace?: MountNamespace): MountSource {
  const findmnt = ["findmnt", "--poll", "--noheadings", "--output", "ACTION"] as const;
  return {
    read: () => readFile(`/proc/${namespace?.pid ?? "self"}/mountinfo`, "utf8"),
    root: () => (root === "/" ? Promise.resolve(root) : realpath(root)),
    watch: (hear, signal) =>
      openMonitor(
        {
          argv: namespace === undefined ? findmnt : [...namespace.entering, ...findmnt],
          subject: "mounts",
          package: "util-linux",
          isListening: holdsMountInfo,
          hear,
          clock,
        },
        signal,
      ),
  };
}
