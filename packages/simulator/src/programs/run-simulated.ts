import { type CommandRequest, Fault } from "@holdfast/core";
import type { SimulatedEnding, SimulatedKernel } from "@holdfast/testing";
import { prepareIn } from "./find-program.ts";
import { accountId } from "./machine/accounts.ts";
import { toByteText, toCharacters } from "./machine/byte-text.ts";
import { Disk } from "./machine/disk.ts";
import { DiskError } from "./machine/errno.ts";
import { NotUnderstood } from "./machine/not-understood.ts";
import { CannotStart, OutOfSteps, type Process, runToEnd } from "./machine/process.ts";
import { Captured, Input } from "./machine/streams.ts";

const MAX_STEPS = 10_000;
/** As `timeout` ends what took too long. */
const OUT_OF_STEPS = 124;

/**
 * Runs a command on the kernel. `argv[0]` is a bare name or an absolute path such as /usr/bin/test or /bin/sh. Nothing
 * waits and no time passes; a command of more than 10,000 steps ends with exit code 124.
 * @throws {Fault} NotBuilt, for what the simulated machine does not know, caused by a NotUnderstood; a part of the
 *   command may have run before. CommandNotFound, PermissionDenied, NotFound, UnknownUser, as the real host.
 */
export function runSimulated(request: CommandRequest, kernel: SimulatedKernel): SimulatedEnding {
  const stdout = new Captured();
  const stderr = new Captured({ isLoose: true });
  const ended = (exitCode: number): SimulatedEnding => ({
    exitCode,
    stdout: toCharacters(stdout.text()),
    stderr: toCharacters(stderr.text()),
  });
  try {
    const process: Process = {
      label: toByteText(request.argv[0]),
      dialect: "program",
      disk: openDisk(request, kernel),
      environment: new Map(
        Object.entries(request.env).map(([name, value]) => [toByteText(name), toByteText(value)]),
      ),
      stdin: new Input(toByteText(request.stdin ?? "")),
      stdout,
      stderr,
      budget: { steps: MAX_STEPS },
    };
    const run = prepareIn(process)(request.argv.map(toByteText));
    return ended(runToEnd(run, process));
  } catch (error) {
    if (error instanceof OutOfSteps) {
      stderr.write(
        `${request.argv[0]}: stopped after ${MAX_STEPS} steps, as if it would never end\n`,
      );
      return ended(OUT_OF_STEPS);
    }
    throw asFault(error, request);
  }
}

function openDisk({ cwd = "/", user = "root" }: CommandRequest, kernel: SimulatedKernel): Disk {
  const id = accountId(user) ?? (/^\d{1,9}$/.test(user) ? Number(user) : undefined);
  if (id === undefined)
    throw new Fault({
      reason: "UnknownUser",
      message: `there is no user ${user} to run the command as`,
      resolution: "Declare the user and depend on it, or correct the name.",
    });
  try {
    return new Disk({ kernel, uid: id, gid: id, directory: "/" }).from(toByteText(cwd));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new Fault({
      reason: error.errno === "EACCES" ? "PermissionDenied" : "NotFound",
      message: `the working directory ${cwd} cannot be entered: ${error.message}`,
      resolution: "Declare the directory and depend on it, or correct the path.",
      cause: error,
    });
  }
}

function asFault(error: unknown, { argv }: CommandRequest): unknown {
  if (error instanceof NotUnderstood)
    return new Fault({
      reason: "NotBuilt",
      message: `${argv[0]} is not simulated: the simulated machine does not know ${toCharacters(error.what)}`,
      resolution: "Try this command on a real machine.",
      cause: error,
    });
  if (error instanceof CannotStart) {
    const isMissing = error.errno === "ENOENT";
    return new Fault({
      reason: isMissing ? "CommandNotFound" : "PermissionDenied",
      message: isMissing ? `${argv[0]} does not exist` : `${argv[0]} may not be executed`,
      resolution: "Install the program, or correct its path or mode.",
      cause: error,
    });
  }
  return error;
}
