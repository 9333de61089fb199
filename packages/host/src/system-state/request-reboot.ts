import { existsSync } from "node:fs";
import { type Clock, commandFault, type RebootRequest } from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { systemEnvironment } from "../processes/system-environment.ts";

/** Exists while systemd runs the machine, as sd_booted(3) says. */
const SYSTEMD_RUNS = "/run/systemd/system";
/** The programs only ask; what they ask for goes on without them. */
const TIMEOUT_MS = 60_000;

const FAULTS = {
  other: {
    reason: "CommandFailed",
    message: "the machine was not made to boot again",
    resolution: "Do what it says; a program that inhibits it is named there.",
  },
} as const;

/**
 * Has the service manager boot the machine again, by its own program: that asks whoever inhibits shutdowns and stops every
 * unit in order. `Reboot` of systemd's D-Bus interface does neither: services would be killed where they are.
 */
export async function requestReboot(
  { reason }: RebootRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const argv = rebootCommand(reason);
  const env = systemEnvironment;
  // The reboot stops this agent; the program that asks for it must go on.
  const run = { argv, env, timeoutMs: TIMEOUT_MS, onAbort: "finish" } as const;
  const result = await runProcess(run, clock, signal);
  if (result.exitCode !== 0) throw commandFault({ argv, faults: FAULTS }, result);
}

/** The program of systemd, or the one that other inits bring. The words never begin like an option. */
function rebootCommand(reason: string): readonly [string, ...string[]] {
  const words = `Holdfast: ${reason}`;
  return existsSync(SYSTEMD_RUNS)
    ? ["systemctl", "reboot", `--message=${words}`]
    : ["shutdown", "-r", "now", words];
}
