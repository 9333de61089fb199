import { NotUnderstood } from "../machine/not-understood.ts";
import type { Program } from "../machine/process.ts";

/** `echo` with -n alone: on backslashes and other options the shells and the program disagree. */
export const echo: Program = (args) => {
  const isBare = args[0] === "-n";
  const words = isBare ? args.slice(1) : args;
  const [first = ""] = words;
  if (/^-[neE]+$/.test(first)) throw new NotUnderstood(`echo ${first}`);
  if (first === "--help" || first === "--version") throw new NotUnderstood(`echo ${first}`);
  const text = words.join(" ");
  return ({ stdout, dialect }) => {
    if (dialect === "sh" && text.includes("\\"))
      throw new NotUnderstood("echo of a backslash, on which shells disagree");
    stdout.write(isBare ? text : `${text}\n`);
    return 0;
  };
};
