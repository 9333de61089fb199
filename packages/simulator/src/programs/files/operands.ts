import type { ByteText } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { complain, type Process } from "../machine/process.ts";
import { quoted } from "../machine/quote.ts";

/** Runs for every operand, and returns 1 when one of them failed. */
export function each(operands: readonly ByteText[], one: (path: ByteText) => boolean): number {
  let exitCode = 0;
  for (const path of operands) if (!one(path)) exitCode = 1;
  return exitCode;
}

/** False, and said, when nothing could be there: a file stands where a directory should. */
export function isReachable(process: Process, path: ByteText, saying: string): boolean {
  return onRefusal(
    () => process.disk.lstat(path) !== undefined,
    ({ errno, message }) =>
      errno === "ENOENT" || refused(process, `${saying} ${quoted(path)}: ${message}`),
  );
}

/** True when it worked; else a message that ends in what the kernel said. */
export function attempt(process: Process, message: ByteText, act: () => unknown): boolean {
  return onRefusal(
    () => {
      act();
      return true;
    },
    (error) => refused(process, `${message}: ${error.message}`),
  );
}

/** Complains, and is false. */
export function refused(process: Process, message: ByteText): false {
  complain(process, message);
  return false;
}

/** @throws NotUnderstood without any operand: what is said then differs between versions. */
export function demandOperands(program: string, operands: readonly ByteText[]): void {
  if (operands.length === 0) throw new NotUnderstood(`${program} without a path`);
}

/** The last name of a path, without slashes at its end. */
export function nameOf(path: ByteText): ByteText {
  const bare = path.replace(/\/+$/, "");
  if (bare === "" || /(?:^|\/)\.\.?$/.test(bare)) throw new NotUnderstood(`the name of ${path}`);
  return bare.slice(bare.lastIndexOf("/") + 1);
}
