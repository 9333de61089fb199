import { type ByteText, isPlainText, toByteText, toCharacters } from "../machine/byte-text.ts";
import { isRegular } from "../machine/disk-walk.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import { complain, type Process, type Program } from "../machine/process.ts";
import { readFiles } from "./read-files.ts";
import { readSedScript, type SedCommand } from "./sed-script.ts";

/** `sed [-n] [-E] [-i] [-e SCRIPT] [SCRIPT] FILE…` with the commands s, p and d at a line, the last line or a pattern. */
export const sed: Program = (args) => {
  const options = readOptions(args, {
    program: "sed",
    flags: "nErsi",
    valued: "e",
    long: {
      quiet: "n",
      silent: "n",
      "regexp-extended": "E",
      "in-place": "i",
      expression: "e",
      separate: "s",
    },
  });
  // The letters after -i in one word would be a suffix.
  if (args.some((word) => /^-[nErs]*i./.test(word)))
    throw new NotUnderstood("sed -i with a suffix");
  const names = [...options.operands];
  const scripts = options.has("e") ? options.values("e") : names.splice(0, 1);
  if (scripts.length === 0) throw new NotUnderstood("sed without a script");
  const isExtended = options.has("E") || options.has("r");
  const commands = scripts.flatMap((script) => readSedScript(toCharacters(script), isExtended));
  const editing = { commands, isSilent: options.has("n") };
  const isInPlace = options.has("i");
  if (isInPlace && names.length === 0) throw new NotUnderstood("sed -i without a file");
  if (options.has("s") && !isInPlace) throw new NotUnderstood("sed -s");
  return (process) =>
    isInPlace ? inPlace(process, names, editing) : through(process, names, editing);
};

/** How sed ends when a file cannot be read once it is open. */
const UNREADABLE = 4;

interface Editing {
  readonly commands: readonly SedCommand[];
  readonly isSilent: boolean;
}

/** All files are one stream: only its last line is `$`, and a missing newline is added between two files. */
function through(process: Process, names: readonly ByteText[], editing: Editing): number {
  let exitCode = 0;
  const refused = (name: ByteText, why: string, errno: string): void => {
    const isDirectory = errno === "EISDIR";
    complain(process, isDirectory ? `read error on ${name}: ${why}` : `can't read ${name}: ${why}`);
    exitCode = isDirectory ? UNREADABLE : 2;
  };
  const texts: ByteText[] = [];
  for (const { text } of readFiles(process, names, refused)) {
    texts.push(text);
  }
  const whole = texts
    .filter((text) => text !== "")
    .map((text, at, all) => (at < all.length - 1 && !text.endsWith("\n") ? `${text}\n` : text))
    .join("");
  process.stdout.write(edit(whole, editing));
  return exitCode;
}

function inPlace(process: Process, names: readonly ByteText[], editing: Editing): number {
  const { disk } = process;
  let exitCode = 0;
  const refused = (name: ByteText, why: string, errno: string): void => {
    const isDirectory = errno === "EISDIR";
    const message = isDirectory
      ? `couldn't edit ${name}: not a regular file`
      : `can't read ${name}: ${why}`;
    complain(process, message);
    exitCode = Math.max(exitCode, isDirectory ? UNREADABLE : 2);
  };
  for (const { name, text } of readFiles(process, names, refused)) {
    const stat = disk.find(name);
    if (stat === undefined || !isRegular(stat) || name === "-")
      throw new NotUnderstood(`sed -i of ${name}, which is no regular file`);
    disk.replace(name, edit(text, editing), stat);
  }
  return exitCode;
}

function edit(text: ByteText, { commands, isSilent }: Editing): ByteText {
  if (!isPlainText(text)) throw new NotUnderstood("sed of binary data");
  const lines = toCharacters(text).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let result = "";
  for (const [at, whole] of lines.entries()) {
    const newline = whole.endsWith("\n") ? "\n" : "";
    const space = { line: newline === "" ? whole : whole.slice(0, -1), printed: "" };
    const isDeleted = runCommands(commands, space, {
      number: at + 1,
      isLast: at === lines.length - 1,
    });
    result += space.printed;
    if (!isDeleted && !isSilent) result += `${space.line}\n`;
    if (
      newline === "" &&
      result.endsWith("\n") &&
      (space.printed !== "" || !(isDeleted || isSilent))
    )
      result = result.slice(0, -1);
  }
  return toByteText(result);
}

/** Runs the commands on one line; true when it is deleted. */
function runCommands(
  commands: readonly SedCommand[],
  space: { line: string; printed: string },
  place: { readonly number: number; readonly isLast: boolean },
): boolean {
  for (const { isAt, effect } of commands) {
    if (!isAt(space.line, place)) continue;
    if (effect.type === "delete") return true;
    if (effect.type === "print") space.printed += `${space.line}\n`;
    else {
      const after = effect.replace(space.line);
      if (after === undefined) continue;
      space.line = after;
      if (effect.isPrinted) space.printed += `${after}\n`;
    }
  }
  return false;
}
