import {
  type CommandQuery,
  type CommandResult,
  type CommandWriter,
  Fault,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import type { SimulatedEnding, SimulatedKernel } from "@holdfast/testing";
import { NotUnderstood } from "../programs/machine/not-understood.ts";
import { accountId } from "../programs/machine/accounts.ts";
import { runSimulated } from "../programs/run-simulated.ts";
import type { Assumptions, ExecPart, Part } from "./assumptions.ts";

const OUTPUT_LIMIT = 64 * 1024;
/** Programs that kinds ask where they are there, and do without where they are not: a simulated machine has none of them. */
const DISPENSABLE: ReadonlySet<string> = new Set(["systemd-analyze"]);

/** Commands of a simulated site: simulated where the machine knows them, else as assumed. */
export function siteCommands(
  kernel: SimulatedKernel,
  assumptions: Assumptions,
  /** Resources whose assumed command has run; it outlives the agent. */
  done: Set<string>,
): CommandWriter {
  const run = async (query: CommandQuery, signal: AbortSignal): Promise<CommandResult> => {
    throwIfAborted(signal);
    return resultOf(runOne(query, { kernel, assumptions, done }));
  };
  // Nobody plans on a simulated site: what cannot be started is refused when it is.
  return { run, query: run, check: async () => {} };
}

interface Site {
  readonly kernel: SimulatedKernel;
  readonly assumptions: Assumptions;
  readonly done: Set<string>;
}

function runOne(request: CommandQuery, site: Site): SimulatedEnding {
  const part = site.assumptions.partOf(request);
  if (part === undefined && DISPENSABLE.has(request.argv[0])) throw missing(request);
  const isTakenForGranted = part !== undefined && site.assumptions.made.has(part.id);
  if (isTakenForGranted && part.role !== "validate") return assumed(part, site);
  try {
    return runSimulated(knownUser(request), site.kernel);
  } catch (error) {
    const { cause } = toFault(error);
    // What a kind runs by itself, and nobody has a model of, has no result: it is NotBuilt here, never a success.
    if (!(cause instanceof NotUnderstood) || part === undefined) throw error;
    site.assumptions.assume(part.id, cause.what);
    return assumed(part, site);
  }
}

function missing({ argv }: CommandQuery): Fault {
  return new Fault({
    reason: "CommandNotFound",
    message: `${argv[0]} does not exist`,
    resolution: "Install the program.",
  });
}

/** The simulated machine has few accounts; a command of another one has root's rights. */
function knownUser(request: CommandQuery): CommandQuery {
  const { user, ...others } = request;
  return user === undefined || accountId(user) !== undefined ? request : others;
}

function assumed(part: Part, site: Site): SimulatedEnding {
  return part.role === "validate" ? {} : assumedOfExec(part, site);
}

function assumedOfExec({ id, role, spec }: ExecPart, { kernel, done }: Site): SimulatedEnding {
  const hasRun = done.has(id);
  if (role === "unless") return { exitCode: hasRun ? 0 : 1 };
  if (role === "onlyIf") return { exitCode: hasRun ? 1 : 0 };
  const { creates, successCodes } = spec;
  if (creates !== undefined && kernel.inspect.stat(creates) === undefined) {
    const parent = creates.slice(0, creates.lastIndexOf("/")) || "/";
    if (kernel.inspect.list(parent) === undefined) throw noDirectory(id, parent);
    kernel.tamper.write(creates, "");
  }
  done.add(id);
  return { exitCode: successCodes[0] ?? 0 };
}

function noDirectory(id: string, parent: string): Fault {
  return new Fault({
    reason: "CommandFailed",
    message: `${id} creates something in ${parent}, which does not exist`,
    resolution: `Declare directory:${parent} and depend on it.`,
  });
}

function resultOf({ exitCode = 0, stdout = "", stderr = "" }: SimulatedEnding): CommandResult {
  return {
    exitCode,
    signalName: undefined,
    stdout: stdout.slice(0, OUTPUT_LIMIT),
    stderr: stderr.slice(0, OUTPUT_LIMIT),
    isTruncated: stdout.length > OUTPUT_LIMIT || stderr.length > OUTPUT_LIMIT,
  };
}
