import type { ByteText } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import { complain, type Process, type Program } from "../machine/process.ts";
import { quotedIfNeeded } from "../machine/quote.ts";
import { FileOutput, type Output } from "../machine/streams.ts";
import { isWritten, readFiles } from "./read-files.ts";

/** `cat FILE…`. */
export const cat: Program = (args) => {
  const { operands } = readOptions(args, { program: "cat", flags: "u" });
  return (process) => {
    let exitCode = 0;
    const refused = (name: ByteText, why: string): void => {
      complain(process, `${quotedIfNeeded(name)}: ${why}`);
      exitCode = 1;
    };
    for (const { name, text } of readFiles(process, operands, refused, { knowsOutput: true })) {
      const isOutput = isWritten(process, name) && text !== "";
      if (isOutput) refused(name, "input file is output file");
      else process.stdout.write(text);
    }
    return exitCode;
  };
};

/** `tee [-a] FILE…`. */
export const tee: Program = (args) => {
  const options = readOptions(args, { program: "tee", flags: "a", long: { append: "a" } });
  return (process) => {
    let exitCode = 0;
    const outputs: Output[] = [process.stdout];
    for (const name of options.operands) {
      onRefusal(
        () => {
          const isAppending = options.has("a");
          outputs.push(new FileOutput(process.disk, name, { isAppending }));
        },
        ({ message }) => {
          complain(process, `${quotedIfNeeded(name)}: ${message}`);
          exitCode = 1;
        },
      );
    }
    const text = process.stdin.takeAll();
    for (const output of outputs) output.write(text);
    return exitCode;
  };
};

/** `wc` with exactly one of -l, -c and -w. */
export const wc: Program = (args) => {
  const options = readOptions(args, {
    program: "wc",
    flags: "lcw",
    long: { lines: "l", bytes: "c", words: "w" },
  });
  const kinds = ["l", "c", "w"].filter(options.has);
  const [kind = ""] = kinds;
  if (kinds.length !== 1) throw new NotUnderstood("wc without exactly one of -l, -c and -w");
  return (process) => countFiles(process, options.operands, kind);
};

function countFiles(process: Process, names: readonly ByteText[], kind: string): number {
  const found: Counted[] = [];
  const refused = (name: ByteText, why: string, errno: string): void => {
    // A directory can be opened: nothing is counted in it.
    const isOpened = errno === "EISDIR";
    found.push({ name, count: isOpened ? 0 : undefined, sizeBytes: 0, why });
  };
  for (const { name, text } of readFiles(process, names, refused)) {
    if (name === "-" && names.length > 1) throw new NotUnderstood("wc of stdin among files");
    found.push({ name, count: count(text, kind), sizeBytes: text.length, why: undefined });
  }
  const width = names.length > 1 ? widthOf(found) : 1;
  const show = (value: number, name: ByteText): void =>
    process.stdout.write(`${String(value).padStart(width)}${name === "" ? "" : ` ${name}`}\n`);
  for (const { name, why, count: value } of found) {
    if (why !== undefined) complain(process, `${quotedIfNeeded(name)}: ${why}`);
    if (value !== undefined) show(value, names.length === 0 ? "" : name);
  }
  const total = found.reduce((sum, { count: value = 0 }) => sum + value, 0);
  if (names.length > 1) show(total, "total");
  return found.some(({ why }) => why !== undefined) ? 1 : 0;
}

interface Counted {
  readonly name: ByteText;
  readonly count: number | undefined;
  readonly sizeBytes: number;
  /** Why it cannot be read. */
  readonly why: string | undefined;
}

/** As many digits as all sizes together have, and seven when something is no regular file. */
function widthOf(found: readonly Counted[]): number {
  const sizeBytes = found.reduce((sum, { sizeBytes: size }) => sum + size, 0);
  const isMixed = found.some(({ why, count: value }) => why !== undefined && value !== undefined);
  return Math.max(String(sizeBytes).length, isMixed ? 7 : 1);
}

function count(text: ByteText, kind: string): number {
  if (kind === "c") return text.length;
  if (kind === "l") return text.split("\n").length - 1;
  if (/[^\t-\r -~]/.test(text)) throw new NotUnderstood("wc -w of more than ASCII");
  return text.split(/\s+/).filter((word) => word !== "").length;
}
