import { Fault } from "@holdfast/core";

/** Bounds of one compilation. */
export interface ProcessLimits {
  /** Default 10 000. */
  readonly deadlineMs?: number;
  /** Of the JavaScript heap. Default 512. */
  readonly memoryMebibytes?: number;
  /** Takes what the blueprint prints. Default: it is dropped. */
  readonly print?: (text: string) => void;
}

/** How a worker ended. */
export interface Ending {
  /** Empty when it gave none. */
  readonly answer: string;
  readonly errorText: string;
  readonly exitCode: number | null;
  readonly signalName: NodeJS.Signals | null;
}

/** What V8 says when its heap is full, just before it ends the process. */
const OUT_OF_MEMORY = /FATAL ERROR: .*(?:heap|memory|Allocation failed)/i;

/** Node's exit code for a module that awaits what nothing can bring about any more. */
const UNSETTLED_AWAIT = 13;

/** Why a worker ended without an answer. */
export function endingFault(ending: Ending, memoryMebibytes: number): Fault {
  const { errorText, exitCode, signalName } = ending;
  if (OUT_OF_MEMORY.test(errorText)) {
    return new Fault({
      reason: "BlueprintMemory",
      message: `the blueprint used more than ${memoryMebibytes} MiB of memory and was stopped`,
      resolution: "Look for a loop that declares without end, or split the blueprint.",
    });
  }
  if (exitCode === UNSETTLED_AWAIT) {
    return new Fault({
      reason: "BlueprintFailed",
      message: "the blueprint awaits something that never comes",
      resolution: 'A blueprint does not wait: take the "await" out.',
    });
  }
  const how = signalName === null ? `exit code ${exitCode}` : `signal ${signalName}`;
  const words = errorText.trim();
  return new Fault({
    reason: "BlueprintFailed",
    message: `the blueprint ended its own process (${how})${words === "" ? "" : `:\n${words}`}`,
    resolution: "Take what ends the process, such as process.exit, out of the blueprint.",
  });
}

/** A worker was killed at its deadline. */
export function timeoutFault(deadlineMs: number): Fault {
  return new Fault({
    reason: "BlueprintTimeout",
    message: `the blueprint did not finish within ${deadlineMs / 1000} s and was stopped`,
    resolution: "Look for a loop without end, or declare less in one blueprint.",
  });
}
