import { spawn } from "node:child_process";
import type { PrivatePlace } from "@holdfast/agent/secrets";
import { abortFault, Fault } from "@holdfast/core";
import { personEnvironment } from "../../person-environment.ts";
import type { Surroundings } from "../../surroundings.ts";

const DEFAULT_EDITOR = "vi";

type Argv = readonly [string, ...string[]];

/**
 * The person's editor, with its arguments: VISUAL, EDITOR, else vi on a terminal.
 * @throws {Fault} UsageInvalid, when there is neither an editor nor a terminal.
 */
export function requireEditor({ environment, stdin, stdout }: Surroundings): Argv {
  const named = [environment["VISUAL"], environment["EDITOR"]].find((each) => each?.trim());
  const [program, ...args] = named?.trim().split(/\s+/) ?? [];
  if (program !== undefined) return [program, ...args];
  if (stdin?.isTTY === true && stdout.isTTY === true) return [DEFAULT_EDITOR];
  throw new Fault({
    reason: "UsageInvalid",
    message: "there is no terminal to edit on",
    resolution:
      "Run it on a terminal, or set EDITOR to a program that changes the file it is given.",
  });
}

/**
 * Runs an editor to its end; its temporary files go where the file is.
 * @throws {Fault} CommandNotFound, HostFailed; CommandFailed, when it does not end with 0; Aborted, then it was ended.
 */
export async function runEditor(
  [program, ...args]: Argv,
  { place, surroundings }: { readonly place: PrivatePlace; readonly surroundings: Surroundings },
  signal: AbortSignal,
): Promise<void> {
  const env = personEnvironment(surroundings);
  const child = spawn(program, args, {
    stdio: "inherit",
    cwd: place.directory,
    env: { ...env, TMPDIR: place.directory },
  });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    const ending = await new Promise<number | string | null>((resolve, reject) => {
      child.once("error", reject).once("close", (code, name) => resolve(code ?? name));
    });
    if (signal.aborted) throw abortFault(signal);
    if (ending !== 0) throw failed(program, ending);
  } catch (error) {
    throw error instanceof Fault ? error : notStarted(program, error);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function failed(program: string, ending: number | string | null): Fault {
  return new Fault({
    reason: "CommandFailed",
    message: `the editor ${program} ended with ${ending}; nothing was written`,
    resolution: "Run the command again.",
  });
}

function notStarted(program: string, cause: unknown): Fault {
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return new Fault({
    reason: isMissing ? "CommandNotFound" : "HostFailed",
    message: `the editor ${program} could not be started${isMissing ? ": there is no such program" : ""}`,
    resolution: "Set VISUAL or EDITOR to an editor that is installed.",
    cause,
  });
}
