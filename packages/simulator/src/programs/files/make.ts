import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory } from "../machine/disk-walk.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { localeQuoted, quoted } from "../machine/quote.ts";
import { readMode } from "./mode.ts";
import { attempt, demandOperands, each, refused } from "./operands.ts";

/** `touch [-c] FILE…`. There are no times: touching an existing file only triggers its watches. */
export const touch: Program = (args) => {
  const options = readOptions(args, {
    program: "touch",
    flags: "cam",
    long: { "no-create": "c" },
  });
  demandOperands("touch", options.operands);
  return (process) => each(options.operands, (path) => touchOne(process, path, options.has("c")));
};

function touchOne(process: Process, path: ByteText, isKept: boolean): boolean {
  const { disk } = process;
  return attempt(process, `cannot touch ${quoted(path)}`, () => {
    const stat = disk.find(path);
    if (stat !== undefined) disk.chmod(path, stat.mode & 0o7777);
    else if (!isKept) disk.openForWriting(path, { isCut: false });
  });
}

/** `mkdir [-p] [-m MODE] DIRECTORY…`. */
export const mkdir: Program = (args) => {
  const options = readOptions(args, {
    program: "mkdir",
    flags: "p",
    valued: "m",
    long: { parents: "p", mode: "m" },
  });
  const { operands } = options;
  demandOperands("mkdir", operands);
  const mode = options.value("m");
  const change = mode === undefined ? undefined : readMode(mode);
  return (process) =>
    each(operands, (path) => {
      const bits = change?.({ mode: 0o777, isDirectory: true }) ?? 0o755;
      const quote = (shown: ByteText): ByteText => localeQuoted(shown, process);
      if (options.has("p"))
        return makeWithParents(process, path, {
          bits,
          isGiven: change !== undefined,
          isParent: false,
          quote,
        });
      return attempt(process, `cannot create directory ${localeQuoted(path, process)}`, () => {
        process.disk.makeDirectory(path, bits);
        if (change !== undefined) setBits(process, path, bits);
      });
    });
};

/** What a directory has inherited stays. */
function setBits({ disk }: Process, path: ByteText, bits: number): void {
  disk.chmod(path, bits | (disk.stat(path).mode & 0o2000));
}

/** Makes a directory and those it is in. Says what failed, and returns whether it is there. */
export function makeWithParents(
  process: Process,
  path: ByteText,
  {
    bits,
    isGiven,
    isParent,
    quote,
  }: {
    readonly bits: number;
    readonly isGiven: boolean;
    /** It is what others will be in. */
    readonly isParent: boolean;
    readonly quote: (path: ByteText) => ByteText;
  },
): boolean {
  const { disk } = process;
  let made = path.startsWith("/") ? "/" : "";
  const names = path.split("/").filter((name) => name !== "");
  for (const [at, name] of names.entries()) {
    made += made === "" || made.endsWith("/") ? name : `/${name}`;
    const isLast = at === names.length - 1 && !isParent;
    const there = disk.find(made);
    if (isDirectory(there)) continue;
    const shown = quote(made);
    if (there !== undefined && !isLast)
      return refused(process, `cannot create directory ${shown}: Not a directory`);
    const isMade = attempt(process, `cannot create directory ${shown}`, () => {
      disk.makeDirectory(made, isLast ? bits : 0o755);
      if (isLast && isGiven) setBits(process, made, bits);
    });
    if (!isMade) return false;
  }
  if (path !== "") return true;
  return attempt(process, `cannot create directory ${quote("")}`, () => {
    disk.stat("");
  });
}
