import type { Lasting } from "@holdfast/core";

/** Where `systemctl enable` and `systemctl mask` make their links. */
export const PERSISTENT_UNITS = "/etc/systemd/system";
/** Likewise, with `--runtime`. */
export const RUNTIME_UNITS = "/run/systemd/system";

/** The directories of unit files of a systemd that cannot be asked, the one that counts most first (systemd.unit(5)). */
export const DEFAULT_SEARCH_PATH: readonly string[] = [
  "/etc/systemd/system.control",
  "/run/systemd/system.control",
  "/run/systemd/transient",
  "/run/systemd/generator.early",
  PERSISTENT_UNITS,
  "/etc/systemd/system.attached",
  RUNTIME_UNITS,
  "/run/systemd/system.attached",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/run/systemd/generator.late",
];

/** Whether what is in a directory of unit files outlives a boot. */
export function lastingOf(directory: string): Lasting {
  return directory.startsWith("/run/") ? "runtime" : "persistent";
}

/** Whether systemd's generators fill it. */
export function isGenerated(directory: string): boolean {
  return directory.startsWith("/run/systemd/generator");
}

/** Whether it holds units that exist until they end. */
export function isTransient(directory: string): boolean {
  return directory === "/run/systemd/transient";
}
