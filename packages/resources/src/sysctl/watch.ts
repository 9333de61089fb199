import { livePath } from "./observe.ts";
import type { SysctlSpec } from "./spec.ts";

/** The file of the key, the key in the kernel, and where others set keys after it. */
export function watchedPathsOfSysctl(spec: SysctlSpec): readonly string[] {
  const boot = spec.dropIn.isAbsent ? [] : ["/etc/sysctl.d", "/etc/sysctl.conf"];
  return [spec.dropIn.path, ...(spec.isLive ? [livePath(spec)] : []), ...boot];
}
