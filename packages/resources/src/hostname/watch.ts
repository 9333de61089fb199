import { HOSTS } from "../hosts-file/hosts-file.ts";
import type { HostnameSpec } from "./spec.ts";

/** Only a write to it makes an event; sethostname(2) makes none. */
const LIVE = "/proc/sys/kernel/hostname";

/** The files, and the name that the kernel shows. */
export function watchedPathsOfHostname(spec: HostnameSpec): readonly string[] {
  return [
    spec.file.path,
    ...(spec.isLive ? [LIVE] : []),
    ...(spec.hostsNames === undefined ? [] : [HOSTS]),
  ];
}
