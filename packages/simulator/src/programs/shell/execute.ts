import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { CannotStart, type Process, runToEnd, takeStep } from "../machine/process.ts";
import { Captured } from "../machine/streams.ts";
import { type Builtin, builtins, demandFree } from "./builtins.ts";
import { type Expansion, expandValue, expandWords } from "./expand.ts";
import { inSubshell, type Place, runPiped } from "./pipeline.ts";
import { redirect } from "./redirect.ts";
import { environmentOf, labelOf, say, type Scope, ShellExit, subshell } from "./scope.ts";
import type { AndOr, Assignment, Command, Pipeline, Script, SimpleCommand } from "./syntax.ts";

/** Runs a script in a shell; the exit code of the shell. */
export function execute(script: Script, scope: Scope, process: Process): number {
  try {
    return runScript(script, { scope, process, isTested: false });
  } catch (error) {
    if (error instanceof ShellExit) return error.exitCode;
    throw error;
  }
}

function runScript(script: Script, place: Place): number {
  let status = 0;
  for (const item of script) status = runAndOr(item, place);
  return status;
}

function runAndOr({ first, rest }: AndOr, place: Place): number {
  let status = runPipeline(first, { ...place, isTested: place.isTested || rest.length > 0 });
  for (const [at, { operator, pipeline }] of rest.entries()) {
    if ((status === 0) !== (operator === "&&")) continue;
    const isTested = place.isTested || at < rest.length - 1;
    status = runPipeline(pipeline, { ...place, isTested });
  }
  return status;
}

function runPipeline({ isNegated, commands }: Pipeline, place: Place): number {
  const { scope } = place;
  const within = { ...place, isTested: place.isTested || isNegated };
  const [only, ...others] = commands;
  if (only === undefined) throw new NotUnderstood("a pipeline without a command");
  const status =
    others.length === 0 ? runCommand(only, within) : runPiped(commands, within, runCommand);
  scope.status = isNegated ? Number(status === 0) : status;
  // In what a compound command ends with, its own commands have applied `set -e` already.
  const isSeen = others.length === 0 && only.type !== "simple";
  if (status !== 0 && !isSeen) leaveOnError(status, within);
  return scope.status;
}

/** `set -e`. */
function leaveOnError(status: number, { scope, isTested }: Place): void {
  if (scope.isErrexit && !isTested) throw new ShellExit(status);
}

function runCommand(command: Command, place: Place): number {
  takeStep(place.process.budget);
  place.scope.line = command.line;
  if (command.type === "simple") return runSimple(command, place);
  const process = redirect(place.process, command.redirections, expansionOf(place));
  if (process === undefined) {
    leaveOnError(refusedStatus(place.scope), place);
    return refusedStatus(place.scope);
  }
  const within = { ...place, process };
  switch (command.type) {
    case "if":
      return runCondition(command, within);
    case "for":
      return runRepetition(command, within);
    case "while":
      return runLoop(command, within);
    default:
      return runScript(command.body, within);
  }
}

function refusedStatus({ dialect }: Scope): number {
  return dialect === "sh" ? 2 : 1;
}

function runCondition(command: Extract<Command, { type: "if" }>, place: Place): number {
  for (const { test, body } of command.branches) {
    if (runScript(test, { ...place, isTested: true }) === 0) return runScript(body, place);
  }
  return command.otherwise === undefined ? 0 : runScript(command.otherwise, place);
}

function runRepetition(command: Extract<Command, { type: "for" }>, place: Place): number {
  const { scope } = place;
  demandFree(command.name);
  const words =
    command.words === undefined ? scope.positional : expandWords(command.words, expansionOf(place));
  let status = 0;
  for (const word of words) {
    takeStep(place.process.budget);
    scope.variables.set(command.name, word);
    status = runScript(command.body, place);
  }
  return status;
}

function runLoop(command: Extract<Command, { type: "while" }>, place: Place): number {
  let status = 0;
  for (;;) {
    takeStep(place.process.budget);
    const isTrue = runScript(command.test, { ...place, isTested: true }) === 0;
    if (isTrue === command.isUntil) return status;
    status = runScript(command.body, place);
  }
}

function runSimple(command: SimpleCommand & Command, place: Place): number {
  const { scope } = place;
  const { assignments, redirections } = command;
  let substituted = 0;
  const ended = (status: number): void => {
    substituted = status;
  };
  const expansion = expansionOf(place, ended);
  const argv = expandWords(command.words, expansion);
  const [name] = argv;
  const inner = name === undefined ? scope : subshell(scope);
  demandOrder(command, scope, name);
  // Bash knows the values before it redirects; in sh also what is said about them is redirected.
  const isEarly = scope.dialect === "bash";
  if (isEarly) assign(assignments, inner, expansion);
  const process = redirect(place.process, redirections, expansion);
  if (process === undefined) return refuseSimple(name, scope);
  const within = { ...place, process };
  if (!isEarly) assign(assignments, inner, expansionOf(within, ended));
  if (name === undefined) return substituted;
  for (const { name: variable } of assignments) inner.exported.add(variable);
  const builtin = builtins.get(name);
  if (builtin === undefined) return runProgram(argv, inner, within);
  return runBuiltin(name, { builtin, args: argv.slice(1) }, within);
}

/** @throws NotUnderstood where shells disagree on what comes first. */
function demandOrder(
  { assignments, redirections }: SimpleCommand & Command,
  { dialect }: Scope,
  name: ByteText | undefined,
): void {
  if (name === undefined) {
    if (dialect === "bash" && assignments.length > 0 && redirections.length > 0)
      throw new NotUnderstood("an assignment with a redirection, in bash");
    return;
  }
  if (assignments.length > 0 && builtins.get(name)?.isSpecial === true)
    throw new NotUnderstood(`an assignment before ${name}`);
  const isOpen = assignments
    .slice(1)
    .some(({ value }) => value.some(({ type }) => type !== "text"));
  if (isOpen) throw new NotUnderstood("an assignment before a command that may use another one");
}

function refuseSimple(name: ByteText | undefined, scope: Scope): number {
  const isSpecial = name !== undefined && builtins.get(name)?.isSpecial === true;
  if (isSpecial && scope.dialect === "sh") throw new ShellExit(2);
  if (name === undefined && scope.dialect === "bash")
    throw new NotUnderstood("a redirection that fails without a command, in bash");
  return refusedStatus(scope);
}

function assign(assignments: readonly Assignment[], scope: Scope, expansion: Expansion): void {
  for (const { name, value } of assignments) {
    demandFree(name);
    scope.variables.set(name, expandValue(value, expansion));
  }
}

function runBuiltin(
  name: ByteText,
  { builtin, args }: { readonly builtin: Builtin; readonly args: readonly ByteText[] },
  { scope, process }: Place,
): number {
  const run = builtin.prepare(args);
  const { dialect, disk } = scope;
  const label = `${labelOf(scope)}: ${name}`;
  const environment = environmentOf(scope);
  const within = { ...process, label, environment, disk, dialect };
  return runToEnd((own) => run(own, scope), within);
}

function runProgram(argv: readonly ByteText[], inner: Scope, { scope, process }: Place): number {
  const [label = ""] = argv;
  const environment = environmentOf(inner);
  try {
    const run = scope.prepare(argv, { disk: scope.disk, environment });
    return runToEnd(run, { ...process, label, environment, disk: scope.disk, dialect: "program" });
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    say(scope, process, `${label}: ${startRefusal(error, scope, label)}`);
    return error.errno === "ENOENT" ? 127 : 126;
  }
}

function startRefusal({ errno }: CannotStart, { dialect }: Scope, name: ByteText): string {
  if (errno === "EACCES") return "Permission denied";
  if (dialect === "sh") return "not found";
  return name.includes("/") ? "No such file or directory" : "command not found";
}

function expansionOf(place: Place, ended?: (status: number) => void): Expansion {
  const { scope, process } = place;
  return {
    scope,
    substitute(script) {
      const captured = new Captured();
      const inner = subshell(scope);
      // Only sh carries `set -e` into a substitution.
      if (scope.dialect === "bash") inner.isErrexit = false;
      const within = { scope: inner, process: { ...process, stdout: captured }, isTested: false };
      const status = inSubshell(() => runScript(script, within));
      // In sh only the end of a command shows in `$?`.
      if (scope.dialect === "bash") scope.status = status;
      ended?.(status);
      return captured.text();
    },
    unset(name) {
      // Its exit code depends on how bash was started.
      if (scope.dialect === "bash")
        throw new NotUnderstood(`${name}, not set under set -u of bash`);
      say(scope, process, `${name}: parameter not set`);
      throw new ShellExit(2);
    },
  };
}
