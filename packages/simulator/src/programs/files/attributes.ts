import type { FileStat } from "@holdfast/host";
import { accountId, accountName } from "../machine/accounts.ts";
import type { ByteText } from "../machine/byte-text.ts";
import { isDirectory, isLink } from "../machine/disk-walk.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { readOptions } from "../machine/options.ts";
import type { Process, Program } from "../machine/process.ts";
import { localeQuoted, quoted } from "../machine/quote.ts";
import { attempt, demandOperands, each, refused } from "./operands.ts";
import { type ModeChange, readMode } from "./mode.ts";

/** `chmod [-R] MODE PATH…`. */
export const chmod: Program = (args) => {
  const options = readOptions(args, { program: "chmod", flags: "R", long: { recursive: "R" } });
  const [mode, ...paths] = options.operands;
  if (mode === undefined) throw new NotUnderstood("chmod without a mode");
  demandOperands("chmod", paths);
  const change = readMode(mode);
  const change5 = (process: Process, path: ByteText): boolean => chmodOne(process, path, change);
  return (process) =>
    each(paths, (path) => deep(process, path, { isDeep: options.has("R"), act: change5 }));
};

function chmodOne(process: Process, path: ByteText, change: ModeChange): boolean {
  const { disk } = process;
  if (isLink(disk.find(path, false)) && disk.find(path) === undefined)
    return refused(process, `cannot operate on dangling symlink ${quoted(path)}`);
  let stat: FileStat | undefined;
  const isThere = attempt(process, `cannot access ${quoted(path)}`, () => {
    stat = disk.stat(path);
  });
  if (!isThere || stat === undefined) return false;
  const mode = change({ mode: stat.mode & 0o7777, isDirectory: isDirectory(stat) });
  return attempt(process, `changing permissions of ${quoted(path)}`, () => disk.chmod(path, mode));
}

/** `chown [-R] [-h] OWNER[:GROUP] PATH…`, and `:GROUP` alone. */
export const chown: Program = (args) => {
  const options = readOptions(args, {
    program: "chown",
    flags: "Rh",
    long: { recursive: "R", "no-dereference": "h" },
  });
  const [owner, ...paths] = options.operands;
  if (owner === undefined) throw new NotUnderstood("chown without an owner");
  demandOperands("chown", paths);
  const [, user = "", colon = "", group = ""] = /^([^:]*)(:?)(.*)$/s.exec(owner) ?? [];
  if (user.includes(".") || (colon !== "" && group === ""))
    throw new NotUnderstood(`chown to ${owner}`);
  return (process) => {
    const ids = { uid: idOf(user), gid: idOf(group) };
    const isUnknown = (name: string, number?: number): boolean =>
      name !== "" && number === undefined;
    const what = isUnknown(user, ids.uid) ? "user" : isUnknown(group, ids.gid) ? "group" : "";
    if (what !== "") {
      refused(process, `invalid ${what}: ${localeQuoted(owner, process)}`);
      return 1;
    }
    return each(paths, (path) =>
      deep(process, path, {
        isDeep: options.has("R"),
        act: (_, each) => chownOne(process, each, { ids, followLink: !options.has("h") }),
      }),
    );
  };
};

/** The id of an account or of a number; `undefined` for neither, and for no name. */
export function idOf(name: ByteText): number | undefined {
  return accountId(name) ?? (/^\d{1,9}$/.test(name) ? Number(name) : undefined);
}

interface NewOwner {
  readonly ids: { readonly uid: number | undefined; readonly gid: number | undefined };
  readonly followLink: boolean;
}

function chownOne(process: Process, path: ByteText, { ids, followLink }: NewOwner): boolean {
  const { disk } = process;
  const isDangling = isLink(disk.find(path, false)) && disk.find(path) === undefined;
  const access = isDangling && followLink ? "cannot dereference" : "cannot access";
  const isThere = attempt(process, `${access} ${quoted(path)}`, () =>
    followLink ? disk.stat(path) : disk.lstat(path),
  );
  if (!isThere) return false;
  return attempt(process, `changing ownership of ${quoted(path)}`, () =>
    disk.chown(path, ids, followLink),
  );
}

/** Acts on a path, and with -R on what is below it; links met on the way are not understood. */
function deep(
  process: Process,
  path: ByteText,
  options: {
    readonly isDeep: boolean;
    readonly act: (process: Process, path: ByteText) => boolean;
  },
): boolean {
  const { disk } = process;
  const isDone = options.act(process, path);
  const stat = disk.find(path, false);
  if (!options.isDeep || !isDirectory(stat)) return isDone;
  const below = each(disk.list(path), (name) => {
    const inner = `${path.replace(/\/+$/, "")}/${name}`;
    if (isLink(disk.find(inner, false))) throw new NotUnderstood("-R over symbolic links");
    return deep(process, inner, options);
  });
  return isDone && below === 0;
}

/** `stat -c FORMAT PATH…` with %a %u %g %s %n %U %G %F and %h. */
export const stat: Program = (args) => {
  const options = readOptions(args, {
    program: "stat",
    flags: "L",
    valued: "c",
    long: { format: "c", dereference: "L" },
  });
  const format = options.value("c");
  if (format === undefined) throw new NotUnderstood("stat without -c");
  demandOperands("stat", options.operands);
  const [unknown] = /%(?![augsnUGFh%])./s.exec(format) ?? [];
  if (unknown !== undefined || format.replaceAll("%%", "").endsWith("%"))
    throw new NotUnderstood(`stat -c ${unknown ?? "%"}`);
  return (process) =>
    each(options.operands, (path) => {
      let found: FileStat | undefined;
      const { disk } = process;
      const label = options.has("L") ? "cannot stat" : "cannot statx";
      const isThere = attempt(process, `${label} ${quoted(path)}`, () => {
        found = options.has("L") ? disk.stat(path) : disk.lstat(path);
      });
      if (found !== undefined) process.stdout.write(`${describe(format, path, found)}\n`);
      return isThere;
    });
};

function describe(format: ByteText, path: ByteText, stat: FileStat): ByteText {
  const show: Readonly<Record<string, () => string>> = {
    a: () => (stat.mode & 0o7777).toString(8),
    u: () => String(stat.uid),
    g: () => String(stat.gid),
    s: () => sizeOf(stat),
    n: () => path,
    U: () => named(stat.uid),
    G: () => named(stat.gid),
    F: () => sortOf(stat),
    h: () => (isDirectory(stat) ? sizeOf(stat) : String(stat.nlink)),
    "%": () => "%",
  };
  return format.replaceAll(/%(.)/gs, (all, letter: string) => show[letter]?.() ?? all);
}

function sizeOf(stat: FileStat): string {
  if (isDirectory(stat)) throw new NotUnderstood("the size or links of a directory");
  return String(stat.size);
}

function named(id: number): string {
  const name = accountName(id);
  if (name === undefined) throw new NotUnderstood(`the name of ${id}`);
  return name;
}

function sortOf(stat: FileStat): string {
  if (isDirectory(stat)) return "directory";
  if (isLink(stat)) return "symbolic link";
  if ((stat.mode & 0o170000) !== 0o100000) throw new NotUnderstood("the sort of a special file");
  return stat.size === 0 ? "regular empty file" : "regular file";
}
