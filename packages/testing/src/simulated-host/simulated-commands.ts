import {
  abortFault,
  type Clock,
  type CommandRequest,
  type CommandResult,
  type Commands,
  Fault,
  throwIfAborted,
} from "@holdfast/core";
import type { SimulatedKernel } from "./kernel/kernel.ts";

/** What a simulated program does. It may look at and change the machine; `hang` never ends by itself. */
export type Behaviour = (
  request: CommandRequest,
  kernel: SimulatedKernel,
) => SimulatedEnding | "hang" | Promise<SimulatedEnding | "hang">;

/** How a simulated program ends; what is left out is success and silence. */
export interface SimulatedEnding {
  readonly exitCode?: number;
  readonly signalName?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Commands out of a table. */
export interface SimulatedCommands extends Commands {
  /** Behaviours by program (`argv[0]`) or by the whole command line (`argv` joined by spaces), which is tried first. */
  readonly programs: Map<string, Behaviour>;
  /** What was run so far, in order. */
  readonly runs: readonly CommandRequest[];
  /** Commands that are running now. */
  running(): number;
}

/** Commands that run on a simulated machine, under a clock. */
export function simulatedCommands(
  kernel: () => SimulatedKernel,
  clock: Clock,
  programs: Readonly<Record<string, Behaviour>>,
): SimulatedCommands {
  const table = new Map(Object.entries(programs));
  const runs: CommandRequest[] = [];
  let running = 0;
  return {
    programs: table,
    runs,
    running: () => running,
    async run(request, signal) {
      throwIfAborted(signal);
      const behaviour = table.get(request.argv.join(" ")) ?? table.get(request.argv[0]);
      if (behaviour === undefined) throw notFound(request);
      runs.push(request);
      running += 1;
      try {
        return await limited(runOnce(behaviour, request, kernel()), { request, clock, signal });
      } finally {
        running -= 1;
      }
    },
  };
}

async function runOnce(
  behaviour: Behaviour,
  request: CommandRequest,
  kernel: SimulatedKernel,
): Promise<CommandResult> {
  const ending = await behaviour(request, kernel);
  if (ending === "hang") return new Promise(() => {});
  const limit = request.maxOutputBytes ?? 64 * 1024;
  const { stdout = "", stderr = "", signalName } = ending;
  return {
    exitCode: signalName === undefined ? (ending.exitCode ?? 0) : undefined,
    signalName,
    stdout: stdout.slice(0, limit),
    stderr: stderr.slice(0, limit),
    isTruncated: stdout.length > limit || stderr.length > limit,
  };
}

/** The end of the command, of its time, or of its caller's patience, whatever comes first. */
async function limited(
  ending: Promise<CommandResult>,
  { request, clock, signal }: { request: CommandRequest; clock: Clock; signal: AbortSignal },
): Promise<CommandResult> {
  const killed = Promise.withResolvers<never>();
  const cancel = clock.schedule(request.timeoutMs, () => killed.reject(timeout(request)));
  const onAbort = (): void => killed.reject(abortFault(signal));
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([ending, killed.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    cancel();
  }
}

function notFound(request: CommandRequest): Fault {
  return new Fault({
    reason: "CommandNotFound",
    message: `${request.argv[0]} does not exist`,
    resolution: "Install the program, or correct its path.",
  });
}

function timeout(request: CommandRequest): Fault {
  return new Fault({
    reason: "CommandTimeout",
    message: `${request.argv[0]} did not end in ${request.timeoutMs} ms and was killed`,
    resolution: "Find out what it waits for, or give it more time.",
  });
}
