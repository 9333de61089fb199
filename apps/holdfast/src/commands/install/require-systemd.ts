import { lstatSync } from "node:fs";
import { Fault } from "@holdfast/core";

/** Exists while systemd runs the machine, as sd_booted(3) says. */
export const SYSTEMD_RUNS = "/run/systemd/system";

/** @throws {Fault} SystemdMissing, when another program runs this machine. */
export function requireSystemd(): void {
  if (lstatSync(SYSTEMD_RUNS, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Fault({
    reason: "SystemdMissing",
    message: `systemd does not run this machine: ${SYSTEMD_RUNS} does not exist`,
    resolution:
      "Have the service manager that is there run holdfast serve; into an image, install with --root DIR.",
  });
}
