import { DaemonFault, type Probe } from "@holdfast/daemonkit";
import type { Lock } from "@holdfast/host";

/** Holds as long as the lock of the root keeps a second agent out. */
export function lockProbe(lock: Lock | undefined): Probe {
  return {
    name: "one agent",
    async check() {
      if ((await lock?.isHeld()) !== false) return;
      throw new DaemonFault({
        reason: "LockLost",
        message: "the lock file of the root was removed or replaced: a second agent could start",
        resolution: "Restart the agent, and find out what removes files below /run/holdfast.",
      });
    },
  };
}
