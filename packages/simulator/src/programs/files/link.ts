import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory } from "../machine/disk-walk.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { quoted, quotedIfNeeded } from "../machine/quote.ts";
import { attempt, isReachable, nameOf, refused } from "./operands.ts";

/** `ln [-s] [-f] [-n] TARGET… [PLACE]`. */
export const ln: Program = (args) => {
  const options = readOptions(args, {
    program: "ln",
    flags: "sfnT",
    long: { symbolic: "s", force: "f", "no-dereference": "n", "no-target-directory": "T" },
  });
  const { operands } = options;
  if (operands.length !== 2 || (operands[1] ?? "").endsWith("/"))
    throw new NotUnderstood("ln of other than two words, or into a path that ends in /");
  const [target = "", place = ""] = operands;
  return (process) => {
    const found = process.disk.find(place, !options.has("n"));
    const isInside = isDirectory(found) && !options.has("T");
    const path = isInside ? `${place}/${nameOf(target)}` : place;
    const isSymbolic = options.has("s");
    return linkOne(process, { path, target, isSymbolic, isForced: options.has("f") }) ? 0 : 1;
  };
};

interface LinkWanted {
  readonly path: ByteText;
  readonly target: ByteText;
  readonly isSymbolic: boolean;
  readonly isForced: boolean;
}

function linkOne(process: Process, wanted: LinkWanted): boolean {
  const { path, target, isSymbolic, isForced } = wanted;
  const { disk } = process;
  const source = disk.find(target, false);
  if (!isSymbolic) {
    const isThere = attempt(process, `failed to access ${quoted(target)}`, () =>
      disk.lstat(target),
    );
    if (!isThere) return false;
    if (isDirectory(source))
      return refused(process, `${target}: hard link not allowed for directory`);
  }
  if (isForced && !isReachable(process, path, "failed to access")) return false;
  const there = disk.find(path, false);
  if (there !== undefined && isForced) {
    if (isDirectory(there))
      return refused(process, `${quotedIfNeeded(path)}: cannot overwrite directory`);
    const same = [source?.ino, disk.find(target)?.ino];
    if (same.includes(there.ino)) throw new NotUnderstood("ln -f of a file onto itself");
    disk.unlink(path);
  }
  const sort = isSymbolic ? "symbolic" : "hard";
  return onRefusal(
    () => {
      if (isSymbolic) disk.symlink(path, target);
      else disk.link(path, target);
      return true;
    },
    ({ errno, message }) => {
      const isAboutPlace = ["EEXIST", "ENOSPC", "EROFS"].includes(errno);
      const arrow = isSymbolic || isAboutPlace ? "" : ` => ${quoted(target)}`;
      return refused(process, `failed to create ${sort} link ${quoted(path)}${arrow}: ${message}`);
    },
  );
}

/** `readlink [-f | -e] [-n] PATH…`. */
export const readlink: Program = (args) => {
  const options = readOptions(args, { program: "readlink", flags: "fen" });
  const { operands } = options;
  if (operands.length !== 1) throw new NotUnderstood("readlink of other than one path");
  const [path = ""] = operands;
  return ({ disk, stdout }) =>
    onRefusal(
      () => {
        if (options.has("e")) disk.stat(path);
        const isWhole = options.has("f") || options.has("e");
        const target = isWhole ? disk.canonical(path) : disk.readLink(path);
        stdout.write(options.has("n") ? target : `${target}\n`);
        return 0;
      },
      () => 1,
    );
};
