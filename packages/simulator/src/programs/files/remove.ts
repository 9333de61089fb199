import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory } from "../machine/disk-walk.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { quoted } from "../machine/quote.ts";
import { attempt, demandOperands, each, refused } from "./operands.ts";

/** `rmdir DIRECTORY…`. */
export const rmdir: Program = (args) => {
  const { operands } = readOptions(args, { program: "rmdir" });
  demandOperands("rmdir", operands);
  return (process) =>
    each(operands, (path) =>
      attempt(process, `failed to remove ${quoted(path)}`, () => {
        process.disk.removeDirectory(path);
      }),
    );
};

/** `rm [-r] [-f] PATH…`. */
export const rm: Program = (args) => {
  const options = readOptions(args, {
    program: "rm",
    flags: "rRf",
    long: { recursive: "r", force: "f" },
  });
  const isForced = options.has("f");
  if (!isForced) demandOperands("rm", options.operands);
  if (options.operands.some((path) => /(?:^|\/)\.{0,2}\/*$/.test(path) && path !== ""))
    throw new NotUnderstood("rm of a path that ends in /, . or ..");
  const isDeep = options.has("r") || options.has("R");
  return (process) =>
    each(options.operands, (path) => removeOne(process, path, { isDeep, isForced }));
};

function removeOne(
  process: Process,
  path: ByteText,
  { isDeep, isForced }: { readonly isDeep: boolean; readonly isForced: boolean },
): boolean {
  const { disk } = process;
  return onRefusal(
    () => {
      const stat = disk.lstat(path);
      if (!isDirectory(stat)) disk.unlink(path);
      else if (!isDeep) return refused(process, `cannot remove ${quoted(path)}: Is a directory`);
      else return removeTree(process, path);
      return true;
    },
    ({ errno, message }) => {
      if (isForced && (errno === "ENOENT" || errno === "ENOTDIR")) return true;
      return refused(process, `cannot remove ${quoted(path)}: ${message}`);
    },
  );
}

function removeTree(process: Process, path: ByteText): boolean {
  const { disk } = process;
  let isEmpty = true;
  for (const name of disk.list(path)) {
    const isGone = removeOne(process, `${path}/${name}`, { isDeep: true, isForced: false });
    isEmpty = isGone && isEmpty;
  }
  if (isEmpty) disk.removeDirectory(path);
  return isEmpty;
}

/** `unlink FILE`. */
export const unlink: Program = (args) => {
  const { operands } = readOptions(args, { program: "unlink" });
  if (operands.length !== 1) throw new NotUnderstood("unlink of other than one path");
  return (process) =>
    each(operands, (path) =>
      attempt(process, `cannot unlink ${quoted(path)}`, () => process.disk.unlink(path)),
    );
};
