import { stat } from "node:fs/promises";
import { Fault } from "@holdfast/core";
import { codeOf } from "../system/error-code.ts";
import { openFileLimitFault } from "../system/open-file-limit.ts";

/** Why a child could not be started. The system says ENOENT for the program and for the directory alike. */
export async function spawnFault(program: string, cwd: string, error: unknown): Promise<Fault> {
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return (await isDirectory(cwd)) ? notFound(program, error) : noDirectory(cwd, error);
    case "EACCES":
    case "EPERM":
      return denied(program, cwd, error);
    case "ERR_INVALID_ARG_VALUE":
    case "ERR_INVALID_ARG_TYPE":
      return new Fault({
        reason: "InputInvalid",
        message: "the command, its directory or its environment holds a NUL character",
        resolution: "Remove the NUL character.",
        cause: error,
      });
    default:
      return openFileLimitFault(error, `start ${program}`) ?? cannotStart(program, error);
  }
}

function cannotStart(program: string, cause: unknown): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `${program} cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`,
    resolution: "Check the limits of the system: processes, memory, length of arguments.",
    cause,
  });
}

/** There is no such program. */
export function notFound(program: string, cause?: unknown): Fault {
  const where = program.includes("/") ? "" : " on the PATH of the command";
  return new Fault({
    reason: "CommandNotFound",
    message: `${program} does not exist${where}`,
    resolution: "Install it, or name it with its whole path.",
    cause,
  });
}

/** The program, or its directory, is closed to us. */
export function denied(program: string, cwd: string, cause?: unknown): Fault {
  return new Fault({
    reason: "PermissionDenied",
    message: `${program} may not be run in ${cwd}`,
    resolution: "Make it executable (chmod +x), and its directories open, for this user.",
    cause,
  });
}

function noDirectory(cwd: string, cause: unknown): Fault {
  return new Fault({
    reason: "NotFound",
    message: `the working directory ${cwd} does not exist`,
    resolution: "Declare the directory and depend on it, or correct `cwd`.",
    retry: "backoff",
    cause,
  });
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
