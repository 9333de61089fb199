import type { ByteText } from "../machine/byte-text.ts";
import type { Disk } from "../machine/disk.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { complain, type Prepare, type Process, type Program } from "../machine/process.ts";
import { setOption } from "./builtins.ts";
import { execute } from "./execute.ts";
import { parse } from "./parse.ts";
import type { Scope } from "./scope.ts";
import { surveyScript } from "./survey.ts";
import type { Script, ShellDialect } from "./syntax.ts";

/** `sh` and `bash`: `-c SCRIPT [NAME [WORD…]]`, or `FILE [WORD…]`, with -e, -u and, for bash, -o pipefail. */
export function shell(dialect: ShellDialect): Program {
  return (args, prepare) => {
    const { letters, isCommand, operands } = readArguments(args, dialect);
    const [first, ...others] = operands;
    if (first === undefined) throw new NotUnderstood(`${dialect} without a script`);
    if (!isCommand) {
      return (process) =>
        runFile(process, { path: first, args: others, letters, dialect, prepare });
    }
    const script = understand(first, { dialect, prepare });
    return (process) => {
      const [name = process.label, ...positional] = others;
      return execute(
        script,
        createScope(process, { name, positional, letters, dialect, prepare }),
        process,
      );
    };
  };
}

interface Setting {
  readonly letters: readonly string[];
  readonly dialect: ShellDialect;
  readonly prepare: Prepare;
}

/** Runs a script on the disk. */
export function runFile(
  process: Process,
  setting: Setting & { readonly path: ByteText; readonly args: readonly ByteText[] },
): number {
  const { path, args, dialect } = setting;
  return onRefusal(
    () => {
      const script = understand(process.disk.read(path), setting);
      return execute(
        script,
        createScope(process, { ...setting, name: path, positional: args }),
        process,
      );
    },
    ({ errno, message }) => {
      if (errno === "EISDIR") throw new NotUnderstood(`${dialect} of a directory`);
      const isMissing = errno === "ENOENT" || errno === "ENOTDIR";
      const sh = { ...process, label: `${process.label}: 0` };
      if (dialect === "sh")
        complain(sh, `cannot open ${path}: ${isMissing ? "No such file" : message}`);
      else complain(process, `${path}: ${message}`);
      if (dialect === "sh") return 2;
      return isMissing ? 127 : 126;
    },
  );
}

function understand(
  source: ByteText,
  { dialect, prepare }: { readonly dialect: ShellDialect; readonly prepare: Prepare },
): Script {
  if (source.includes("\0")) throw new NotUnderstood("a script that is binary");
  const script = parse(source, dialect);
  surveyScript(script, { dialect, prepare });
  return script;
}

function createScope(
  {
    disk,
    environment,
  }: { readonly disk: Disk; readonly environment: ReadonlyMap<string, ByteText> },
  {
    name,
    positional,
    letters,
    dialect,
    prepare,
  }: Setting & { name: ByteText; positional: readonly ByteText[] },
): Scope {
  const names = Array.from(environment.keys()).filter((key) => /^[A-Za-z_]\w*$/.test(key));
  const scope: Scope = {
    dialect,
    name,
    variables: new Map(names.map((key) => [key, environment.get(key) ?? ""])),
    exported: new Set([...names, "PWD"]),
    positional,
    isErrexit: false,
    isNounset: false,
    isPipefail: false,
    status: 0,
    line: 1,
    disk,
    prepare,
  };
  scope.variables.set("PWD", disk.directory);
  for (const letter of letters) setOption(scope, letter, true);
  return scope;
}

function readArguments(args: readonly ByteText[], dialect: ShellDialect) {
  const letters: string[] = [];
  const pending = [...args];
  let isCommand = false;
  while (/^-./.test(pending[0] ?? "") && pending[0] !== "--") {
    for (const letter of (pending.shift() ?? "").slice(1)) {
      if (letter === "c") isCommand = true;
      else if (letter === "e" || letter === "u") letters.push(letter);
      else if (letter === "o" && dialect === "bash" && pending[0] === "pipefail") {
        pending.shift();
        letters.push("p");
      } else throw new NotUnderstood(`${dialect} -${letter}`);
    }
  }
  if (pending[0] === "--") pending.shift();
  return { letters, isCommand, operands: pending };
}
