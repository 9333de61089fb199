import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory, isLink, isRegular } from "../machine/disk-walk.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { localeQuoted, quoted } from "../machine/quote.ts";
import { idOf } from "./attributes.ts";
import { makeWithParents } from "./make.ts";
import { attempt, each, isReachable, nameOf, refused } from "./operands.ts";
import { readMode } from "./mode.ts";

interface Wanted {
  readonly mode: number;
  readonly owner: { readonly uid?: number; readonly gid?: number };
}

/** `install [-m MODE] [-o OWNER] [-g GROUP] [-D] SOURCE PLACE`, and `install -d DIRECTORY…`. */
export const install: Program = (args) => {
  const options = readOptions(args, {
    program: "install",
    flags: "dDT",
    valued: "mog",
    long: { mode: "m", owner: "o", group: "g", directory: "d" },
  });
  const { operands } = options;
  const uid = ownerId(options.value("o"));
  const gid = ownerId(options.value("g"));
  const wanted: Wanted = {
    mode: readMode(options.value("m") ?? "755")({ mode: 0, isDirectory: false }),
    owner: { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) },
  };
  if (options.has("d")) {
    if (operands.length === 0) throw new NotUnderstood("install -d without a directory");
    return (process) => each(operands, (path) => installDirectory(process, path, wanted));
  }
  if (operands.length !== 2) throw new NotUnderstood("install of other than one file");
  const [from = "", to = ""] = operands;
  return (process) => {
    if (options.has("D") && !makeParents(process, to)) return 1;
    const isInside = !options.has("T") && isDirectory(process.disk.find(to));
    const path = isInside ? `${to.replace(/(?<=.)\/+$/, "")}/${nameOf(from)}` : to;
    return installFile(process, { from, to: path }, wanted) ? 0 : 1;
  };
};

function ownerId(name: ByteText | undefined): number | undefined {
  if (name === undefined) return undefined;
  const known = idOf(name);
  if (known === undefined) throw new NotUnderstood(`install for ${name}`);
  return known;
}

function makeParents(process: Process, path: ByteText): boolean {
  const cut = path.lastIndexOf("/");
  if (cut <= 0) return true;
  return makeWithParents(process, path.slice(0, cut), {
    bits: 0o755,
    isGiven: false,
    isParent: true,
    quote: quoted,
  });
}

function installDirectory(process: Process, path: ByteText, { mode, owner }: Wanted): boolean {
  const isDangling =
    process.disk.find(path) === undefined && process.disk.find(path, false) !== undefined;
  if (isDangling) throw new NotUnderstood("install -d over a link that leads nowhere");
  const quote = (shown: ByteText): ByteText => localeQuoted(shown, process);
  if (!makeWithParents(process, path, { bits: 0o755, isGiven: false, isParent: false, quote }))
    return false;
  return attempt(process, `cannot change permissions of ${quoted(path)}`, () => {
    process.disk.chown(path, owner, true);
    process.disk.chmod(path, mode);
  });
}

/** The file at the place is removed first, so that a program that runs keeps its own. */
function installFile(
  process: Process,
  { from, to }: { readonly from: ByteText; readonly to: ByteText },
  { mode, owner }: Wanted,
): boolean {
  const { disk } = process;
  const isThere = attempt(process, `cannot stat ${quoted(from)}`, () => disk.stat(from));
  if (!isThere) return false;
  const source = disk.find(from);
  if (isDirectory(source)) return refused(process, `omitting directory ${quoted(from)}`);
  if (!isRegular(source)) throw new NotUnderstood(`install of ${from}, which is no regular file`);
  if (!isReachable(process, to, "cannot stat")) return false;
  const target = disk.find(to, false);
  if (disk.find(to)?.ino === source?.ino && isLink(target))
    throw new NotUnderstood("install of a file over a link to it");
  if (target?.ino === source?.ino)
    return refused(process, `${quoted(from)} and ${quoted(to)} are the same file`);
  if (isDirectory(target))
    return refused(process, `cannot overwrite directory ${quoted(to)} with non-directory`);
  const content = disk.read(from);
  return attempt(process, `cannot create regular file ${quoted(to)}`, () => {
    if (target !== undefined) disk.unlink(to);
    disk.openForWriting(to, { isCut: true });
    disk.write(to, content);
    if (owner.uid !== undefined || owner.gid !== undefined) disk.chown(to, owner, true);
    disk.chmod(to, mode);
  });
}
