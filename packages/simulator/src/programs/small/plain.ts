import { NotUnderstood } from "../machine/not-understood.ts";
import { complain, type Program } from "../machine/process.ts";
import { readOptions } from "../machine/options.ts";
import { toByteText } from "../machine/byte-text.ts";
import { localeQuoted } from "../machine/quote.ts";
import { accountId, accountName } from "../machine/accounts.ts";

/** `true` and `false`. */
export function ending(exitCode: number): Program {
  return (args) => {
    if (args[0]?.startsWith("--") === true) throw new NotUnderstood(`true or false ${args[0]}`);
    return () => exitCode;
  };
}

/** `sleep`: no time passes on the simulated machine while it sleeps. */
export const sleep: Program = (args) => {
  const isDuration = (word: string): boolean => /^\d+(?:\.\d*)?[smhd]?$/.test(word);
  if (args.length === 0 || !args.every(isDuration))
    throw new NotUnderstood(`sleep ${args.join(" ")}`.trim());
  return () => 0;
};

/** `pwd`, of a directory that was reached without links. */
export const pwd: Program = (args) => {
  if (args.length > 0) throw new NotUnderstood(`pwd ${args.join(" ")}`);
  return ({ disk, stdout }) => {
    stdout.write(`${disk.directory}\n`);
    return 0;
  };
};

/** `id` with exactly one of -u and -g, and -n. */
export const id: Program = (args) => {
  const options = readOptions(args, { program: "id", flags: "ugn" });
  const [name, ...others] = options.operands;
  if (others.length > 0 || options.has("u") === options.has("g"))
    throw new NotUnderstood("id without exactly one of -u and -g");
  return (process) => {
    const own = options.has("u") ? process.disk.uid : process.disk.gid;
    const wanted = name === undefined ? own : accountId(name);
    if (wanted === undefined) {
      complain(process, `${localeQuoted(name ?? "", process)}: no such user`);
      return 1;
    }
    const shown = options.has("n") ? accountName(wanted) : String(wanted);
    if (shown === undefined) throw new NotUnderstood(`the name of user ${wanted}`);
    process.stdout.write(`${toByteText(shown)}\n`);
    return 0;
  };
};

/** `basename NAME [SUFFIX]`. */
export const basename: Program = (args) => {
  const { operands } = readOptions(args, { program: "basename", stopsAtOperand: true });
  const [name, suffix = ""] = operands;
  if (name === undefined || operands.length > 2)
    throw new NotUnderstood(`basename of ${operands.length} words`);
  return ({ stdout }) => {
    const last = lastName(name);
    const isCut = suffix !== "" && last !== suffix && last.endsWith(suffix) && last !== "/";
    stdout.write(`${isCut ? last.slice(0, -suffix.length) : last}\n`);
    return 0;
  };
};

/** `dirname NAME…`. */
export const dirname: Program = (args) => {
  const { operands } = readOptions(args, { program: "dirname" });
  if (operands.length === 0) throw new NotUnderstood("dirname without a name");
  return ({ stdout }) => {
    for (const name of operands) stdout.write(`${directoryName(name)}\n`);
    return 0;
  };
};

/** The last component of a path, as `basename` tells it. */
export function lastName(path: string): string {
  const bare = path.replace(/\/+$/, "");
  if (bare === "") return path === "" ? "" : "/";
  return bare.slice(bare.lastIndexOf("/") + 1);
}

/** What is before the last component, as `dirname` tells it. */
export function directoryName(path: string): string {
  const bare = path.replace(/(?<=.)\/+$/, "");
  const cut = bare.lastIndexOf("/");
  if (cut < 0) return ".";
  return bare.slice(0, cut).replace(/\/+$/, "") || "/";
}
