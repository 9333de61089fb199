import type { CommandResult } from "@holdfast/core";
import type { SimulatedKernel } from "./kernel/kernel.ts";
import type { Tamper } from "./kernel/tamper.ts";

/** Somebody killed a simulated program; what it was about to change stays as it is. */
class Killed extends Error {
  override readonly name = "Killed";
}

/** The machine as a program sees it that is killed when it has made so many changes. */
export function killingKernel(kernel: SimulatedKernel, afterChanges: number): SimulatedKernel {
  let left = afterChanges;
  const tamper = new Proxy(kernel.tamper, {
    get(target, name: keyof Tamper) {
      if (left === 0) throw new Killed();
      left -= 1;
      return target[name];
    },
  });
  return { ...kernel, tamper };
}

/** How a program ends that was killed, however it would have ended. */
export async function killedWithin(running: Promise<CommandResult>): Promise<CommandResult> {
  try {
    await running;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const silent = { stdout: "", stderr: "", isTruncated: false };
  return { exitCode: undefined, signalName: "SIGKILL", ...silent };
}
