import type { FileStat } from "@holdfast/host";
import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory, isLink, isRegular } from "../machine/disk-walk.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { quoted } from "../machine/quote.ts";
import { attempt, each, isReachable, nameOf, refused } from "./operands.ts";

const UMASK = 0o022;

interface Copying {
  readonly isDeep: boolean;
  readonly isPreserving: boolean;
}

/** `cp [-r] [-p] [-a] [-f] SOURCE… PLACE`. */
export const cp: Program = (args) => {
  const options = readOptions(args, {
    program: "cp",
    flags: "rRpafT",
    long: { recursive: "r", archive: "a", force: "f", "no-target-directory": "T" },
  });
  const copying = {
    isDeep: ["r", "R", "a"].some(options.has),
    isPreserving: options.has("p") || options.has("a"),
  };
  const copy = (process: Process, from: ByteText, to: ByteText): boolean =>
    copyOne(process, { from, to, isTop: true }, copying);
  return overPlaces("cp", options.operands, { isExact: options.has("T"), act: copy });
};

/** `mv [-f] SOURCE… PLACE`. */
export const mv: Program = (args) => {
  const options = readOptions(args, {
    program: "mv",
    flags: "fT",
    long: { force: "f", "no-target-directory": "T" },
  });
  return overPlaces("mv", options.operands, { isExact: options.has("T"), act: moveOne });
};

/** Where each source goes: into the last operand when that is a directory. */
function overPlaces(
  program: string,
  operands: readonly ByteText[],
  options: {
    readonly isExact: boolean;
    readonly act: (process: Process, from: ByteText, to: ByteText) => boolean;
  },
): (process: Process) => number {
  const sources = operands.slice(0, -1);
  const place = operands.at(-1) ?? "";
  if (sources.length === 0 || operands.includes(""))
    throw new NotUnderstood(`${program} without a source and a place`);
  return (process) => {
    const isInside = !options.isExact && isDirectory(process.disk.find(place));
    if (!isInside && sources.length > 1) {
      refused(process, `target ${quoted(place)}: ${noDirectory(process, place)}`);
      return 1;
    }
    if (new Set(sources.map(nameOf)).size < sources.length)
      throw new NotUnderstood(`${program} of several sources with one name`);
    return each(sources, (from) => {
      const base = place.endsWith("/") ? place : `${place}/`;
      return options.act(process, from, isInside ? base + nameOf(from) : place);
    });
  };
}

function noDirectory({ disk }: Process, place: ByteText): string {
  return disk.find(place, false) === undefined ? "No such file or directory" : "Not a directory";
}

function copyOne(
  process: Process,
  step: { readonly from: ByteText; readonly to: ByteText; readonly isTop: boolean },
  copying: Copying,
): boolean {
  const { disk } = process;
  const { from, to } = step;
  const followLink = !copying.isDeep;
  const isThere = attempt(process, `cannot stat ${quoted(from)}`, () =>
    followLink ? disk.stat(from) : disk.lstat(from),
  );
  const source = disk.find(from, followLink);
  if (!isThere || source === undefined) return false;
  if (isDirectory(source) && !copying.isDeep)
    return refused(process, `-r not specified; omitting directory ${quoted(from)}`);
  if (!isDirectory(source) && to.endsWith("/"))
    return refused(process, `cannot create regular file ${quoted(to)}: Not a directory`);
  if (!isReachable(process, to, "cannot stat")) return false;
  const target = disk.find(to);
  if (target?.ino === source.ino && target.dev === source.dev)
    return refused(process, `${quoted(from)} and ${quoted(to)} are the same file`);
  if (isDirectory(source)) return copyDirectory(process, { ...step, source }, copying);
  if (isDirectory(target))
    return refused(process, `cannot overwrite directory ${quoted(to)} with non-directory`);
  if (isLink(source)) return copyLink(process, step, source, copying);
  if (!isRegular(source)) throw new NotUnderstood(`cp of ${from}, which is no regular file`);
  if (copying.isPreserving && source.nlink > 1)
    throw new NotUnderstood("cp -p or -a of a file with several names");
  return copyFile(process, { ...step, source }, copying);
}

function copyFile(
  process: Process,
  { from, to, source }: { from: ByteText; to: ByteText; source: FileStat },
  { isPreserving }: Copying,
): boolean {
  const { disk } = process;
  let content = "";
  const isRead = attempt(process, `cannot open ${quoted(from)} for reading`, () => {
    content = disk.read(from);
  });
  if (!isRead) return false;
  const isNew = disk.find(to) === undefined;
  if (isNew && disk.find(to, false) !== undefined)
    return refused(process, `not writing through dangling symlink ${quoted(to)}`);
  return attempt(process, `cannot create regular file ${quoted(to)}`, () => {
    disk.openForWriting(to, { isCut: true });
    disk.write(to, content);
    if (isPreserving) preserve(process, to, source);
    else if (isNew) disk.chmod(to, source.mode & 0o777 & ~UMASK);
  });
}

function copyLink(
  process: Process,
  { from, to }: { readonly from: ByteText; readonly to: ByteText },
  source: FileStat,
  { isPreserving }: Copying,
): boolean {
  const { disk } = process;
  if (disk.find(to, false) !== undefined) throw new NotUnderstood("cp of a link over something");
  return attempt(process, `cannot create symbolic link ${quoted(to)}`, () => {
    disk.symlink(to, disk.readLink(from));
    if (isPreserving) disk.chown(to, source, false);
  });
}

function copyDirectory(
  process: Process,
  step: { from: ByteText; to: ByteText; source: FileStat; isTop: boolean },
  copying: Copying,
): boolean {
  const { disk } = process;
  const { from, to, source } = step;
  const there = disk.find(to);
  if (disk.find(to, false) !== undefined && !isDirectory(there))
    return refused(
      process,
      `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`,
    );
  const isMade = attempt(process, `cannot create directory ${quoted(to)}`, () => {
    if (`${disk.canonical(to)}/`.startsWith(`${disk.canonical(from)}/`))
      throw new NotUnderstood("cp of a directory into itself");
    if (there === undefined) disk.makeDirectory(to, 0o700);
  });
  if (!isMade) return false;
  const base = to.endsWith("/") ? to : `${to}/`;
  const isWhole =
    each(disk.list(from), (name) =>
      copyOne(
        process,
        { from: `${from.replace(/\/+$/, "")}/${name}`, to: base + name, isTop: false },
        copying,
      ),
    ) === 0;
  if (copying.isPreserving) preserve(process, to, source);
  else if (there === undefined) disk.chmod(to, source.mode & 0o7777 & ~UMASK);
  return isWhole;
}

function preserve({ disk }: Process, to: ByteText, { mode, uid, gid }: FileStat): void {
  if (disk.uid === 0) disk.chown(to, { uid, gid }, true);
  else if (uid !== disk.uid || gid !== disk.gid) throw new NotUnderstood("cp -p of others' files");
  disk.chmod(to, mode & 0o7777);
}

function moveOne(process: Process, from: ByteText, to: ByteText): boolean {
  const { disk } = process;
  const isThere = attempt(process, `cannot stat ${quoted(from)}`, () => disk.lstat(from));
  const source = disk.find(from, false);
  if (!isThere || source === undefined || !isReachable(process, to, "cannot stat")) return false;
  const target = disk.find(to, false);
  const both = `${quoted(from)} and ${quoted(to)}`;
  if (target?.ino === source.ino && target.dev === source.dev) {
    if (source.nlink > 1 && !isDirectory(source))
      throw new NotUnderstood("mv between names of one file");
    return refused(process, `${both} are the same file`);
  }
  if (target !== undefined && isLink(source) && disk.find(from)?.ino === target.ino)
    return refused(process, `${both} are the same file`);
  if (isDirectory(source) && target !== undefined && !isDirectory(target))
    return refused(
      process,
      `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`,
    );
  if (!isDirectory(source) && isDirectory(target))
    return refused(process, `cannot overwrite directory ${quoted(to)} with non-directory`);
  if (!isDirectory(source) && to.endsWith("/"))
    throw new NotUnderstood("mv of a file to a path that ends in /");
  return onRefusal(
    () => {
      disk.rename(from, to);
      return true;
    },
    ({ errno, message }) => {
      const both = `${quoted(from)} to`;
      return errno === "EINVAL"
        ? refused(process, `cannot move ${both} a subdirectory of itself, ${quoted(to)}`)
        : refused(process, `cannot move ${both} ${quoted(to)}: ${message}`);
    },
  );
}
