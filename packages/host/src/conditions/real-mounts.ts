import { readFile, realpath } from "node:fs/promises";
import type { Clock } from "@holdfast/core";
import { holdsMountInfo } from "./listening.ts";
import { openMonitor } from "./monitor.ts";
import type { MountSource } from "./mount-leaves.ts";

/**
 * The mounts of this process's namespace. mountinfo makes no inotify event, only a poll(2) with priority, which Node
 * cannot wait for; findmnt of util-linux can (decision 13).
 */
export function realMounts(clock: Clock, root: string): MountSource {
  return {
    read: () => readFile("/proc/self/mountinfo", "utf8"),
    root: () => (root === "/" ? Promise.resolve(root) : realpath(root)),
    watch: (hear, signal) =>
      openMonitor(
        {
          argv: ["findmnt", "--poll", "--noheadings", "--output", "ACTION"],
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
