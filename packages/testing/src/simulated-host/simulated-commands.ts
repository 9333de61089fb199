import {
  abortFault,
  type Clock,
  type CommandRequest,
  type CommandResult,
  type CommandWriter,
  Fault,
  throwIfAborted,
} from "@holdfast/core";
import type { SimulatedKernel } from "./kernel/kernel.ts";
import { killedWithin, killingKernel } from "./killing-kernel.ts";

/** What a simulated program does. It may read and change the machine; `hang` never ends by itself. */
export type Behaviour = (
  request: CommandRequest,
  kernel: SimulatedKernel,
) => SimulatedEnding | "hang" | Promise<SimulatedEnding | "hang">;

/**
 * What programs do, by name (`argv[0]`) or by whole command line (`argv` joined by spaces), which is tried first.
 * `missing` is on no machine, and says so where programs must be listed.
 */
export type Programs = Readonly<Record<string, Behaviour | "missing">>;

/** How a simulated program ends; what is left out is success and silence. */
export interface SimulatedEnding {
  readonly exitCode?: number;
  readonly signalName?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Commands out of a table. */
export interface SimulatedCommands extends CommandWriter {
  /** See `Programs`. */
  readonly programs: Map<string, Behaviour | "missing">;
  /** What was run so far, in order, whether to observe or to change something. */
  readonly runs: readonly CommandRequest[];
  /** Commands that are running now. */
  running(): number;
  /** Runs a command that is killed when it has changed so much of the machine. */
  runKilled(
    request: CommandRequest,
    afterChanges: number,
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

const DEFAULT_FINISH_MS = 600_000;

/** Commands that run on a simulated machine, under a clock. */
export function simulatedCommands(
  kernel: () => SimulatedKernel,
  clock: Clock,
  programs: Programs,
): SimulatedCommands {
  const table = new Map(Object.entries(programs));
  const runs: CommandRequest[] = [];
  let running = 0;
  const runOn = async (
    machine: SimulatedKernel,
    request: CommandRequest,
    signal: AbortSignal,
  ): Promise<CommandResult> => {
    throwIfAborted(signal);
    const behaviour = startable(request, table);
    runs.push(request);
    running += 1;
    try {
      return await limited(runOnce(behaviour, request, machine), { request, clock, signal });
    } finally {
      running -= 1;
    }
  };
  const run: CommandWriter["run"] = (request, signal) => runOn(kernel(), request, signal);
  return {
    programs: table,
    runs,
    running: () => running,
    run,
    query: run,
    check: async (query) => {
      startable(query, table);
    },
    runKilled: (request, afterChanges, signal) =>
      killedWithin(runOn(killingKernel(kernel(), afterChanges), request, signal)),
  };
}

/** What a table says of a command: of the whole command line, else of the program. */
export function behaviourOf<T>(
  { argv }: Pick<CommandRequest, "argv">,
  table: ReadonlyMap<string, T>,
): T | undefined {
  return table.get(argv.join(" ")) ?? table.get(argv[0]);
}

function startable(request: CommandRequest, table: SimulatedCommands["programs"]): Behaviour {
  const behaviour = behaviourOf(request, table);
  if (behaviour === undefined || behaviour === "missing") throw notFound(request);
  return behaviour;
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
    stdout: stdout.slice(-limit),
    stderr: stderr.slice(-limit),
    isTruncated: stdout.length > limit || stderr.length > limit,
  };
}

interface Limits {
  readonly request: CommandRequest;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The end of the command, of its time, or of its caller's patience, whatever comes first. */
async function limited(ending: Promise<CommandResult>, limits: Limits): Promise<CommandResult> {
  const { request, clock, signal } = limits;
  const stopped = Promise.withResolvers<Fault>();
  const cancel = clock.schedule(request.timeoutMs, () => stopped.resolve(timeout(request)));
  const onAbort = (): void => stopped.resolve(abortFault(signal));
  signal.addEventListener("abort", onAbort);
  try {
    const first = await Promise.race([ending, stopped.promise]);
    if (!(first instanceof Fault)) return first;
    throw request.onAbort === "finish" ? await finished(ending, limits) : first;
  } finally {
    signal.removeEventListener("abort", onAbort);
    cancel();
  }
}

/** As the real host: its end is waited for, and what it came to is unknown. */
async function finished(
  ending: Promise<CommandResult>,
  { request, clock }: Limits,
): Promise<Fault> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.schedule(request.finishWithinMs ?? DEFAULT_FINISH_MS, late.resolve);
  await Promise.race([ending, late.promise]);
  cancel();
  return new Fault({
    reason: "OutcomeUnknown",
    message: `${request.argv[0]} was left to finish when nobody waited for it any more`,
    resolution: "Nothing is to be done: it is observed again what is there.",
    retry: "backoff",
  });
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
