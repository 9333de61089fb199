import { type Fault, toFault } from "@holdfast/core";
import type { CommandOptions } from "./command-options.ts";
import { endingOfFault, type Ending, exitCode } from "../exit-code.ts";
import { openOutput } from "../output/open-output.ts";
import type { Output } from "../output/output.ts";
import { chooseOutputMode } from "../output/output-mode.ts";
import type { Surroundings } from "../surroundings.ts";

/** What a command that prints is run with. */
export interface CommandRun {
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  /** Default `once`. */
  readonly shape?: "once" | "stream";
  /** Default false. */
  readonly isBounded?: boolean;
  /** Default false. */
  readonly isPaged?: boolean;
}

/**
 * Runs a command's work with the output that was asked for, and turns how it ended into an exit code, unless it says
 * the code itself. Whatever it throws is printed as an error.
 */
export async function withOutput(
  { options, surroundings, shape = "once", isBounded = false, isPaged = false }: CommandRun,
  work: (output: Output) => Promise<Ending | number>,
): Promise<number> {
  const mode = chooseOutputMode(options.out, surroundings);
  const isVerbose = options.verbose ?? false;
  const { diff = "short" } = options;
  const forms = { mode, shape, isBounded, isVerbose, diff, isPaged };
  const output = await openOutput({ ...forms, surroundings });
  const isDetailed = options.detailedExitCodes ?? false;
  try {
    const ending = await work(output);
    return typeof ending === "number" ? ending : exitCode(ending, isDetailed);
  } catch (thrown) {
    const fault = toFault(thrown);
    await output.close();
    output.error(fault);
    if (isVerbose) printCauses(fault, surroundings);
    return exitCode(endingOfFault(fault.reason), isDetailed);
  } finally {
    await output.close();
  }
}

/** The stacks below a fault: what a report of a mistake of ours needs. */
function printCauses(fault: Fault, { stderr }: Surroundings): void {
  for (let cause = fault.cause; cause instanceof Error; cause = cause.cause) {
    stderr.write(`${cause.stack ?? cause.message}\n`);
  }
}
