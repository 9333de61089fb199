import { type ByteText, linesOf } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import { complain, type Process, type Program } from "../machine/process.ts";
import { quotedIfNeeded } from "../machine/quote.ts";
import { FileOutput } from "../machine/streams.ts";
import { readFiles } from "./read-files.ts";

/** `sort [-u] [-r] [-n] [-o FILE] FILE…`, by bytes. */
export const sort: Program = (args) => {
  const options = readOptions(args, {
    program: "sort",
    flags: "urn",
    valued: "o",
    long: { unique: "u", reverse: "r", "numeric-sort": "n", output: "o" },
  });
  const order = {
    isNumeric: options.has("n"),
    isReverse: options.has("r"),
    isUnique: options.has("u"),
  };
  return (process) => {
    demandByteOrder(process);
    let failure: string | undefined;
    const refused = (name: ByteText, why: string, errno: string): void => {
      const what = errno === "EISDIR" ? "read failed" : "cannot read";
      failure ??= `${what}: ${quotedIfNeeded(name)}: ${why}`;
    };
    const texts = Array.from(
      readFiles(process, options.operands, refused, { knowsOutput: true }),
      ({ text }) => text,
    );
    if (failure !== undefined) {
      complain(process, failure);
      return 2;
    }
    const sorted = sortLines(texts.flatMap(linesOf), order);
    return writeSorted(process, options.value("o"), sorted);
  };
};

interface Order {
  readonly isNumeric: boolean;
  readonly isReverse: boolean;
  readonly isUnique: boolean;
}

function sortLines(lines: readonly ByteText[], order: Order): readonly ByteText[] {
  const byBytes = (left: ByteText, right: ByteText): number =>
    left < right ? -1 : left > right ? 1 : 0;
  const byKey = (left: ByteText, right: ByteText): number =>
    order.isNumeric ? numberOf(left) - numberOf(right) : byBytes(left, right);
  const sign = order.isReverse ? -1 : 1;
  const compare = (left: ByteText, right: ByteText): number => {
    const key = byKey(left, right);
    return sign * (key === 0 && !order.isUnique ? byBytes(left, right) : key);
  };
  const sorted = lines.toSorted(compare);
  if (!order.isUnique) return sorted;
  return sorted.filter((line, at) => at === 0 || byKey(sorted[at - 1] ?? "", line) !== 0);
}

function numberOf(line: ByteText): number {
  const [digits = ""] = /^[ \t]*-?\d*(?:\.\d*)?/.exec(line) ?? [];
  if (digits.length > 15) throw new NotUnderstood("sort -n of long numbers");
  return Number.parseFloat(digits) || 0;
}

function writeSorted(
  process: Process,
  name: ByteText | undefined,
  lines: readonly ByteText[],
): number {
  const text = lines.map((line) => `${line}\n`).join("");
  if (name === undefined) {
    process.stdout.write(text);
    return 0;
  }
  return onRefusal(
    () => {
      new FileOutput(process.disk, name, { isAppending: false }).write(text);
      return 0;
    },
    ({ message }) => {
      complain(process, `open failed: ${quotedIfNeeded(name)}: ${message}`);
      return 2;
    },
  );
}

function demandByteOrder({ environment }: Process): void {
  const locale =
    environment.get("LC_ALL") ?? environment.get("LC_COLLATE") ?? environment.get("LANG") ?? "C";
  if (!/^(?:C|POSIX|C\.UTF-?8|)$/i.test(locale)) throw new NotUnderstood(`sort in ${locale}`);
}

/** `uniq [-c] [-d] [-u] [FILE]`. */
export const uniq: Program = (args) => {
  const options = readOptions(args, {
    program: "uniq",
    flags: "cdu",
    long: { count: "c", repeated: "d", unique: "u" },
  });
  if (options.operands.length > 1) throw new NotUnderstood("uniq into a file");
  return (process) => {
    let exitCode = 0;
    const refused = (name: ByteText, why: string, errno: string): void => {
      const shown = quotedIfNeeded(name);
      complain(process, errno === "EISDIR" ? `error reading ${`'${name}'`}` : `${shown}: ${why}`);
      exitCode = 1;
    };
    for (const { text } of readFiles(process, options.operands, refused)) {
      for (const { line, count } of runsOf(linesOf(text))) {
        if (options.has("d") && count === 1) continue;
        if (options.has("u") && count > 1) continue;
        const number = options.has("c") ? `${String(count).padStart(7)} ` : "";
        process.stdout.write(`${number}${line}\n`);
      }
    }
    return exitCode;
  };
};

function runsOf(lines: readonly ByteText[]): readonly { line: ByteText; count: number }[] {
  const runs: { line: ByteText; count: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last?.line === line) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  return runs;
}
