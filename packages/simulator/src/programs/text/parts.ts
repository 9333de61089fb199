import type { ByteText } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { type OptionRules, readOptions } from "../machine/options.ts";
import { complain, type Process, type Program } from "../machine/process.ts";
import { quoted } from "../machine/quote.ts";
import { demandOther } from "./read-files.ts";

/** `head [-n COUNT | -COUNT] FILE…`. */
export const head: Program = (args) =>
  part(args, "head", (count) => {
    const [, sign = "", digits = ""] = /^(-?)(\d{1,9})$/.exec(count) ?? [];
    if (digits === "") throw new NotUnderstood(`head -n ${count}`);
    return (lines) =>
      lines.slice(
        0,
        sign === "-" && digits !== "0"
          ? -Number(digits)
          : sign === "-"
            ? undefined
            : Number(digits),
      );
  });

/** `tail [-n COUNT | -n +COUNT | -COUNT] FILE…`. */
export const tail: Program = (args) =>
  part(args, "tail", (count) => {
    const [, sign = "", digits = ""] = /^([-+]?)(\d{1,9})$/.exec(count) ?? [];
    if (digits === "") throw new NotUnderstood(`tail -n ${count}`);
    const number = Number(digits);
    if (sign === "+") return (lines) => lines.slice(Math.max(0, number - 1));
    return (lines) => (number === 0 ? [] : lines.slice(-number));
  });

type Cut = (lines: readonly ByteText[]) => readonly ByteText[];

function part(args: readonly ByteText[], program: string, cutBy: (count: string) => Cut) {
  const [first = "", ...rest] = args;
  const isOld = /^-\d+$/.test(first);
  const rules: OptionRules = {
    program,
    flags: "qv",
    valued: "n",
    long: { lines: "n", quiet: "q", silent: "q", verbose: "v" },
  };
  const options = readOptions(isOld ? rest : args, rules);
  const count = isOld ? first.slice(1) : (options.value("n") ?? "10");
  const cut = cutBy(count);
  // Then tail does not even open its files.
  const isNothing = program === "tail" && /^-?0+$/.test(count);
  if (isNothing) return () => 0;
  const isRead = !/^0+$/.test(count);
  const names = options.operands.length === 0 ? ["-"] : options.operands;
  const hasTitles = options.has("v") || (names.length > 1 && !options.has("q"));
  return (process: Process): number => {
    let exitCode = 0;
    let gap = "";
    for (const name of names) {
      const { text, why, message } = readPart(process, name, isRead);
      demandOther(process, name, text !== "" || names.length > 1);
      const title = `${gap}==> ${name === "-" ? "standard input" : name} <==\n`;
      if (hasTitles && why !== "unopened") process.stdout.write(title);
      if (why !== "unopened") gap = "\n";
      if (why === undefined)
        process.stdout.write(cut(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).join(""));
      else {
        complain(process, message);
        exitCode = 1;
      }
    }
    return exitCode;
  };
}

/** Who reads on after `head` or `tail` on the same stdin finds a part of it gone. */
function readPart(process: Process, name: ByteText, isRead: boolean): Read {
  if (name === "-" && !isRead) return { text: "", message: "" };
  if (name === "-") return { text: process.stdin.takeSome(), message: "" };
  return onRefusal<Read, Read>(
    () => ({ text: process.disk.read(name), message: "" }),
    ({ errno, message }) =>
      errno === "EISDIR" && !isRead
        ? { text: "", message: "" }
        : errno === "EISDIR"
          ? { text: "", why: "unread", message: `error reading ${quoted(name)}: ${message}` }
          : {
              text: "",
              why: "unopened",
              message: `cannot open ${quoted(name)} for reading: ${message}`,
            },
  );
}

interface Read {
  readonly text: ByteText;
  readonly message: string;
  readonly why?: "unopened" | "unread";
}
