import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import { CannotStart, complain, type Program, runToEnd } from "../machine/process.ts";
import { ERRNO_TEXT } from "../machine/errno.ts";
import { localeQuoted } from "../machine/quote.ts";

/** `env [-i] [-u NAME] [NAME=VALUE…] COMMAND…`. */
export const env: Program = (args, prepare) => {
  const options = readOptions(args, {
    program: "env",
    flags: "i",
    valued: "u",
    long: { "ignore-environment": "i", unset: "u" },
    stopsAtOperand: true,
  });
  const first = options.operands.findIndex((word) => !word.includes("="));
  const argv = first < 0 ? [] : options.operands.slice(first);
  const [label] = argv;
  if (label === undefined) throw new NotUnderstood("env without a command");
  const assignments = options.operands.slice(0, first).map(asAssignment);
  if (assignments.some(([name]) => name === "PATH") || options.values("u").includes("PATH"))
    throw new NotUnderstood("env with another PATH");
  // What it runs must be known before anything happens.
  understandArguments(() => prepare(argv));
  return (process) => {
    const environment = new Map(options.has("i") ? [] : process.environment);
    for (const name of options.values("u")) environment.delete(name);
    for (const [name, value] of assignments) environment.set(name, value);
    try {
      const run = prepare(argv, { disk: process.disk, environment: process.environment });
      return runToEnd(run, { ...process, label, environment, dialect: "program" });
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      complain(process, `${localeQuoted(label, process)}: ${ERRNO_TEXT[error.errno]}`);
      return error.errno === "ENOENT" ? 127 : 126;
    }
  };
};

function understandArguments(prepare: () => unknown): void {
  try {
    prepare();
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
  }
}

function asAssignment(word: ByteText): [string, ByteText] {
  const at = word.indexOf("=");
  if (at === 0) throw new NotUnderstood(`env ${word}`);
  return [word.slice(0, at), word.slice(at + 1)];
}
