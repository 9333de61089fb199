import type { ByteText } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { complain, type Process, type Program } from "../machine/process.ts";
import { echo } from "../small/echo.ts";
import { pwd } from "../small/plain.ts";
import { printf } from "../small/printf.ts";
import { bracket, testProgram } from "../small/test.ts";
import { type Scope, ShellExit } from "./scope.ts";

/** A command of the shell itself: understands its arguments first, as a program does. */
export interface Builtin {
  prepare(args: readonly ByteText[]): (process: Process, scope: Scope) => number;
  /** What POSIX calls special: a redirection that fails ends the shell. */
  readonly isSpecial: boolean;
}

const LONG_OPTIONS: ReadonlyMap<string, string> = new Map([
  ["errexit", "e"],
  ["nounset", "u"],
  ["pipefail", "p"],
]);

/** By name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map([
  ["echo", plain(echo)],
  ["printf", plain(printf)],
  ["test", plain(testProgram)],
  ["[", plain(bracket)],
  ["pwd", plain(pwd)],
  ["true", plain(() => () => 0)],
  ["false", plain(() => () => 1)],
  [":", { isSpecial: true, prepare: () => () => 0 }],
  ["cd", { isSpecial: false, prepare: prepareCd }],
  ["exit", { isSpecial: true, prepare: prepareExit }],
  ["export", { isSpecial: true, prepare: prepareExport }],
  ["set", { isSpecial: true, prepare: prepareSet }],
  ["unset", { isSpecial: true, prepare: prepareUnset }],
  ["shift", { isSpecial: true, prepare: prepareShift }],
]);

/** A program that shells have built in. */
function plain(program: Program): Builtin {
  const nothing = (): never => {
    throw new NotUnderstood("a program in a builtin");
  };
  return {
    isSpecial: false,
    prepare: (args) => {
      const run = program(args, nothing);
      return (process) => run(process);
    },
  };
}

function prepareCd(args: readonly ByteText[]) {
  const [given] = args;
  if (args.length > 1 || given === "" || given?.startsWith("-") === true)
    throw new NotUnderstood(`cd ${args.join(" ")}`);
  return (process: Process, scope: Scope): number => {
    const path = given ?? scope.variables.get("HOME");
    if (path === undefined || scope.variables.has("CDPATH"))
      throw new NotUnderstood("cd by variables");
    return onRefusal(
      () => {
        const before = scope.disk.directory;
        const disk = scope.disk.from(path);
        if (disk.directory !== logical(before, path)) throw new NotUnderstood("cd through a link");
        scope.disk = disk;
        setDirectories(scope, before);
        return 0;
      },
      ({ message }) => {
        complain(process, scope.dialect === "sh" ? `can't cd to ${path}` : `${path}: ${message}`);
        return scope.dialect === "sh" ? 2 : 1;
      },
    );
  };
}

function setDirectories(scope: Scope, before: ByteText): void {
  scope.variables.set("OLDPWD", before);
  scope.variables.set("PWD", scope.disk.directory);
  scope.exported.add("PWD").add("OLDPWD");
}

function logical(directory: ByteText, path: ByteText): ByteText {
  const parts: ByteText[] = [];
  for (const part of (path.startsWith("/") ? path : `${directory}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function prepareExit(args: readonly ByteText[]) {
  const [code] = args;
  if (args.length > 1 || (code !== undefined && !/^\d{1,3}$/.test(code)))
    throw new NotUnderstood(`exit ${args.join(" ")}`);
  return (_process: Process, scope: Scope): never => {
    throw new ShellExit(code === undefined ? scope.status : Number(code) & 0xff);
  };
}

function prepareExport(args: readonly ByteText[]) {
  const parsed = args.map((word) => {
    const [all, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(word) ?? [];
    if (all === undefined || name === undefined) throw new NotUnderstood(`export ${word}`);
    demandFree(name);
    return { name, value };
  });
  if (parsed.length === 0) throw new NotUnderstood("export without a name");
  return (_process: Process, scope: Scope): number => {
    for (const { name, value } of parsed) {
      if (value !== undefined) scope.variables.set(name, value);
      scope.exported.add(name);
    }
    return 0;
  };
}

/** @throws NotUnderstood for variables that change how the shell itself works. */
export function demandFree(name: string): void {
  if (
    /^(?:IFS|POSIXLY_CORRECT|CDPATH|PWD|OLDPWD|ENV|BASH.*|SHELLOPTS|GLOBIGNORE|OPT.*|PS\d|LINENO|RANDOM|SECONDS|PPID|UID|EUID)$/.test(
      name,
    )
  )
    throw new NotUnderstood(`the variable ${name}`);
}

function prepareSet(args: readonly ByteText[]) {
  const changes: { readonly letter: string; readonly isOn: boolean }[] = [];
  const pending = [...args];
  let positional: readonly ByteText[] | undefined;
  if (pending.length === 0) throw new NotUnderstood("set without an argument");
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const isOn = word.startsWith("-");
    if (word === "--") positional = pending.splice(0);
    else if (!/^[-+][euo]+$/.test(word)) throw new NotUnderstood(`set ${word}`);
    else
      for (const letter of word.slice(1)) {
        const name = letter === "o" ? pending.shift() : undefined;
        const known = letter === "o" ? LONG_OPTIONS.get(name ?? "") : letter;
        if (known === undefined) throw new NotUnderstood(`set -o ${name ?? ""}`);
        changes.push({ letter: known, isOn });
      }
  }
  return (_process: Process, scope: Scope): number => {
    for (const { letter, isOn } of changes) setOption(scope, letter, isOn);
    if (positional !== undefined) scope.positional = positional;
    return 0;
  };
}

/** Sets an option by its letter, `p` for pipefail. */
export function setOption(scope: Scope, letter: string, isOn: boolean): void {
  if (letter === "e") scope.isErrexit = isOn;
  else if (letter === "u") scope.isNounset = isOn;
  else if (scope.dialect === "sh")
    throw new NotUnderstood("set -o pipefail, which not every sh has");
  else scope.isPipefail = isOn;
}

function prepareUnset(args: readonly ByteText[]) {
  for (const name of args) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new NotUnderstood(`unset ${name}`);
    demandFree(name);
  }
  return (_process: Process, scope: Scope): number => {
    for (const name of args) {
      scope.variables.delete(name);
      scope.exported.delete(name);
    }
    return 0;
  };
}

function prepareShift(args: readonly ByteText[]) {
  if (args.length > 0) throw new NotUnderstood(`shift ${args.join(" ")}`);
  return (_process: Process, scope: Scope): number => {
    if (scope.positional.length === 0) throw new NotUnderstood("shift without parameters");
    scope.positional = scope.positional.slice(1);
    return 0;
  };
}
