import type { ByteText } from "../machine/byte-text.ts";
import type { Disk } from "../machine/disk.ts";
import { complain, type Prepare, type Process } from "../machine/process.ts";
import type { ShellDialect } from "./syntax.ts";

/** What a running shell knows. A subshell has a copy. */
export interface Scope {
  readonly dialect: ShellDialect;
  /** `$0`. */
  readonly name: ByteText;
  readonly variables: Map<string, ByteText>;
  readonly exported: Set<string>;
  positional: readonly ByteText[];
  /** `set -e`. */
  isErrexit: boolean;
  /** `set -u`. */
  isNounset: boolean;
  /** `set -o pipefail`. */
  isPipefail: boolean;
  /** `$?`. */
  status: number;
  /** Of the command that runs, from 1. */
  line: number;
  disk: Disk;
  readonly prepare: Prepare;
}

/** The shell, or a subshell of it, ends. */
export class ShellExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** A copy that changes alone. */
export function subshell(scope: Scope): Scope {
  return {
    ...scope,
    variables: new Map(scope.variables),
    exported: new Set(scope.exported),
  };
}

/** What a program started here finds in its environment. */
export function environmentOf({ variables, exported }: Scope): ReadonlyMap<string, ByteText> {
  const environment = new Map<string, ByteText>();
  for (const name of exported) {
    const value = variables.get(name);
    if (value !== undefined) environment.set(name, value);
  }
  return environment;
}

/** What the shell's own messages begin with. */
export function labelOf({ dialect, name, line }: Scope): ByteText {
  return dialect === "sh" ? `${name}: ${line}` : `${name}: line ${line}`;
}

/** Says something as the shell itself. */
export function say(scope: Scope, process: Process, message: ByteText): void {
  complain({ ...process, label: labelOf(scope) }, message);
}
