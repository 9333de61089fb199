import { Fault } from "@holdfast/core";
import type { ProcessEnd } from "@holdfast/host";

/** Bounds of one compilation. */
export interface ProcessLimits {
  /** Default 10 000. */
  readonly deadlineMs?: number;
  /** Of its process and all that it starts. Default 512. */
  readonly memoryMebibytes?: number;
  /** Takes what the blueprint prints. Default: it is dropped. */
  readonly print?: (text: string) => void;
}

/** How a worker ended without an answer. */
export interface Ending extends ProcessEnd {
  /** The end of what it wrote on stderr: for people, it decides nothing. */
  readonly errorText: string;
}

/** Node's exit code for a module that awaits what nothing can bring about any more. */
const UNSETTLED_AWAIT = 13;

/** Why a worker ended by itself without an answer. */
export function endingFault({ errorText, exitCode, signalName }: Ending): Fault {
  if (exitCode === UNSETTLED_AWAIT) {
    return new Fault({
      reason: "BlueprintFailed",
      message: "the blueprint awaits something that never comes",
      resolution: 'A blueprint does not wait: take the "await" out.',
    });
  }
  const how = signalName === undefined ? `exit code ${exitCode}` : `signal ${signalName}`;
  const words = errorText.trim();
  return new Fault({
    reason: "BlueprintFailed",
    message: `the blueprint ended its own process (${how})${words === "" ? "" : `:\n${words}`}`,
    resolution:
      "Take what ends the process, such as process.exit or something far too large, out of the blueprint.",
  });
}

/** A worker and what it started had more memory than they may have. */
export function memoryFault(memoryMebibytes: number): Fault {
  return new Fault({
    reason: "BlueprintMemory",
    message: `the blueprint used more than ${memoryMebibytes} MiB of memory and was stopped`,
    resolution: "Search for a loop that declares without end, or split the blueprint.",
  });
}

/** A worker was killed at its deadline. */
export function timeoutFault(deadlineMs: number): Fault {
  return new Fault({
    reason: "BlueprintTimeout",
    message: `the blueprint did not finish within ${deadlineMs / 1000} s and was stopped`,
    resolution: "Search for a loop without end, or declare less in one blueprint.",
  });
}
