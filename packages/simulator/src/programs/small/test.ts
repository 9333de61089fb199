import type { FileStat } from "@holdfast/host";
import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory, isLink, isRegular } from "../machine/disk-walk.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { complain, type Process, type Program, type Run } from "../machine/process.ts";
import { localeQuoted } from "../machine/quote.ts";

/** What `[` and `test` end with when the expression is wrong. */
const WRONG = 2;

type Question = (process: Process) => boolean | undefined;

/** `test EXPRESSION` with at most three words after any `!`. */
export const testProgram: Program = (args) => asRun(readQuestion(args));

/** `[ EXPRESSION ]`. */
export const bracket: Program = (args) => {
  if (args.at(-1) !== "]") throw new NotUnderstood("[ without ]");
  return asRun(readQuestion(args.slice(0, -1)));
};

function asRun(question: Question): Run {
  return (process) => {
    const answer = question(process);
    return answer === undefined ? WRONG : answer ? 0 : 1;
  };
}

/** By the number of words, as POSIX has it. */
function readQuestion(words: readonly ByteText[]): Question {
  const [first = "", second = "", third = ""] = words;
  if (words.length === 0) return () => false;
  if (words.length === 1) return () => first !== "";
  if (words.length === 3 && isBinary(second)) return binary(first, second, third);
  if (words.length === 2 && first !== "!") return unary(first, second);
  if (first === "!" && words.length <= 4) return negated(readQuestion(words.slice(1)));
  throw new NotUnderstood(`a test of the words ${words.join(" ")}`);
}

function negated(question: Question): Question {
  return (process) => {
    const answer = question(process);
    return answer === undefined ? undefined : !answer;
  };
}

const OF_STAT: Readonly<Record<string, (stat: FileStat) => boolean>> = {
  e: () => true,
  f: isRegular,
  d: isDirectory,
  s: (stat) => stat.size > 0 || isDirectory(stat),
  u: ({ mode }) => (mode & 0o4000) !== 0,
  g: ({ mode }) => (mode & 0o2000) !== 0,
  k: ({ mode }) => (mode & 0o1000) !== 0,
  p: ({ mode }) => (mode & 0o170000) === 0o010000,
  S: ({ mode }) => (mode & 0o170000) === 0o140000,
  b: ({ mode }) => (mode & 0o170000) === 0o060000,
  c: ({ mode }) => (mode & 0o170000) === 0o020000,
};
const ACCESS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };

function unary(operator: ByteText, word: ByteText): Question {
  const [, letter = ""] = /^-([a-zA-Z])$/.exec(operator) ?? [];
  const ofStat = OF_STAT[letter];
  const access = ACCESS[letter];
  if (letter === "z") return () => word === "";
  if (letter === "n") return () => word !== "";
  if (letter === "L" || letter === "h") return ({ disk }) => isLink(disk.find(word, false));
  if (access !== undefined) return ({ disk }) => disk.may(word, access);
  if (ofStat === undefined) throw new NotUnderstood(`a test with ${operator}`);
  return ({ disk }) => {
    const stat = disk.find(word);
    return stat !== undefined && ofStat(stat);
  };
}

const OF_NUMBERS: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  "-eq": (left, right) => left === right,
  "-ne": (left, right) => left !== right,
  "-lt": (left, right) => left < right,
  "-le": (left, right) => left <= right,
  "-gt": (left, right) => left > right,
  "-ge": (left, right) => left >= right,
};

function isBinary(operator: ByteText): boolean {
  return operator === "=" || operator === "!=" || Object.hasOwn(OF_NUMBERS, operator);
}

function binary(left: ByteText, operator: ByteText, right: ByteText): Question {
  if (operator === "=") return () => left === right;
  if (operator === "!=") return () => left !== right;
  const compare = OF_NUMBERS[operator];
  return (process) => {
    for (const word of [left, right]) {
      if (/^[-+]?\d{1,18}$/.test(word)) continue;
      refuse(process, word);
      return undefined;
    }
    return compare?.(BigInt(left.replace("+", "")), BigInt(right.replace("+", ""))) ?? false;
  };
}

function refuse(process: Process, word: ByteText): void {
  if (/^\s|\s$|\d{19}/.test(word)) throw new NotUnderstood(`a test of the number ${word}`);
  if (process.dialect === "sh") complain(process, `Illegal number: ${word}`);
  else if (process.dialect === "bash") complain(process, `${word}: integer expression expected`);
  else complain(process, `invalid integer ${localeQuoted(word, process)}`);
}
