import {
  type CommandRequest,
  type CommandResult,
  type Commands,
  Fault,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import type { SimulatedEnding, SimulatedKernel } from "@holdfast/testing";
import { NotUnderstood } from "../programs/machine/not-understood.ts";
import { accountId } from "../programs/machine/accounts.ts";
import { runSimulated } from "../programs/run-simulated.ts";
import type { Assumptions, Part } from "./assumptions.ts";

const OUTPUT_LIMIT = 64 * 1024;

/** Commands of a simulated site: simulated where the machine knows them, else as assumed. */
export function siteCommands(
  kernel: SimulatedKernel,
  assumptions: Assumptions,
  /** Resources whose assumed command has run; it outlives the agent. */
  done: Set<string>,
): Commands {
  return {
    async run(request, signal) {
      throwIfAborted(signal);
      return resultOf(runOne(request, { kernel, assumptions, done }));
    },
  };
}

interface Site {
  readonly kernel: SimulatedKernel;
  readonly assumptions: Assumptions;
  readonly done: Set<string>;
}

function runOne(request: CommandRequest, site: Site): SimulatedEnding {
  const part = site.assumptions.partOf(request);
  if (part !== undefined && site.assumptions.made.has(part.id)) return assumed(part, site);
  try {
    return runSimulated(knownUser(request), site.kernel);
  } catch (error) {
    const { cause } = toFault(error);
    if (!(cause instanceof NotUnderstood)) throw error;
    // A check of a file that nobody can run here is taken to say yes.
    if (part === undefined) return {};
    site.assumptions.assume(part.id, cause.what);
    return assumed(part, site);
  }
}

/** The simulated machine has few accounts; a command of another one has root's rights. */
function knownUser(request: CommandRequest): CommandRequest {
  const { user, ...others } = request;
  return user === undefined || accountId(user) !== undefined ? request : others;
}

function assumed({ id, role, spec }: Part, { kernel, done }: Site): SimulatedEnding {
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
