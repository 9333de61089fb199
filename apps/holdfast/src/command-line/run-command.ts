import { Fault, toFault } from "@holdfast/core";
import { type Command, CommanderError } from "commander";
import { endingOfFault, exitCode } from "../exit-code.ts";
import { openOutput } from "../output/open-output.ts";
import { asksForJson } from "../output/output-mode.ts";
import type { Surroundings } from "../surroundings.ts";
import { createProgram, type Finish } from "./program.ts";

/** Runs one command line and returns its exit code. Whatever goes wrong is printed in the form that was asked for. */
export async function runCommand(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let code = 0;
  const finish: Finish = (finished) => {
    code = finished;
  };
  const program = createProgram(surroundings, finish);
  try {
    if (program.commands.some((command) => command.name() === args[0])) refuseEmpty(args);
    else {
      const { addCompletion } = await import("./completion.ts");
      await addCompletion(program, surroundings, finish);
    }
    if (args.length === 0 || args.some(isHelp)) {
      const { addHelpPages } = await import("./help-pages.ts");
      addHelpPages(program);
    }
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    return await complain(await toFaultOfUsage(thrown, program), args, surroundings);
  }
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h" || word === "help";
}

/**
 * Refuses an empty word: it is a variable of a script that is not set, and would stand for the working directory.
 * @throws {Fault} UsageInvalid.
 */
function refuseEmpty(args: readonly string[]): void {
  const at = args.indexOf("");
  if (at === -1) return;
  throw new Fault({
    reason: "UsageInvalid",
    message: `the word after ${JSON.stringify(args[at - 1])} is empty`,
    resolution: "Give it, or leave it out. In a script: is the variable set?",
  });
}

/** A mistake that commander found, in our own form. Its words are good; only their prefix is not ours. */
async function toFaultOfUsage(thrown: unknown, program: Command): Promise<Fault> {
  if (!(thrown instanceof CommanderError)) return toFault(thrown);
  const isHelp = thrown.code === "commander.help";
  const message = isHelp ? "no command was given" : thrown.message.replace(/^error: /, "");
  return (
    (await faultOfForeignWord(thrown.code, message)) ??
    usageFault(message, adviceForChoice(message, program) ?? adviceForInner(message, program)) ??
    new Fault({ reason: "UsageInvalid", message, resolution: SEE_HELP })
  );
}

const SEE_HELP = "Run holdfast --help, or --help after a command, to see what there is.";

/** An option or a command that other tools have, or that is designed: what to do instead. */
async function faultOfForeignWord(code: string, message: string): Promise<Fault | undefined> {
  const isFlag = code === "commander.unknownOption";
  if (!isFlag && code !== "commander.unknownCommand") return undefined;
  const [found, word = ""] = /^unknown \w+ '(.*?)'/s.exec(message) ?? [];
  if (found === undefined) return undefined;
  const foreign = await import("./foreign-flags.ts");
  if (isFlag) return usageFault(found, foreign.adviceForFlag(word));
  const command = foreign.adviceForCommand(word);
  if (command?.isUnbuilt !== true) return usageFault(found, command?.advice);
  return new Fault({
    reason: "NotBuilt",
    message: `holdfast ${word} is designed, but not part of this version`,
    resolution: command.advice,
  });
}

/** What to write for an option that takes one of some words, and was given another or none. */
function adviceForChoice(message: string, program: Command): string | undefined {
  const flags = /^option '(.*?)' argument/s.exec(message)?.[1];
  const options = program.commands.flatMap((command) => command.options);
  const { long, argChoices } = options.find((option) => option.flags === flags) ?? {};
  return argChoices && `Write ${argChoices.map((choice) => `${long} ${choice}`).join(" or ")}.`;
}

/** What to write after a command that works by itself and also holds others. */
function adviceForInner(message: string, program: Command): string | undefined {
  const name = /^too many arguments for '(.*?)'/s.exec(message)?.[1];
  const inner = program.commands.find((command) => command.name() === name)?.commands ?? [];
  if (inner.length === 0) return undefined;
  return `Write ${inner.map((one) => `holdfast ${name} ${one.name()}`).join(" or ")}, or holdfast ${name} alone.`;
}

function usageFault(message: string, advice: string | undefined): Fault | undefined {
  if (advice === undefined) return undefined;
  return new Fault({ reason: "UsageInvalid", message, resolution: advice });
}

async function complain(
  fault: Fault,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const mode = asksForJson(args, surroundings.environment) ? "json" : "serial";
  const output = await openOutput({ mode, shape: "once", surroundings });
  output.error(fault);
  await output.close();
  return exitCode(endingOfFault(fault.reason), args.includes("--detailed-exit-codes"));
}
