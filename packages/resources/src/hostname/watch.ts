import { HOSTS } from "./hosts-line.ts";
import type { HostnameSpec } from "./spec.ts";

/** Heard only of what is written to it: sethostname(2) makes no event here. */
const LIVE = "/proc/sys/kernel/hostname";

/** The files, and the name that the kernel shows. */
export function watchedPathsOfHostname(spec: HostnameSpec): readonly string[] {
  return [
    spec.file.path,
    ...(spec.isLive ? [LIVE] : []),
    ...(spec.hostsNames === undefined ? [] : [HOSTS]),
  ];
}
