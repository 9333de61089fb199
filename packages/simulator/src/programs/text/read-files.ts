import type { ByteText } from "../machine/byte-text.ts";
import { onRefusal } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Process } from "../machine/process.ts";

/** One file that a program reads. */
export interface TextFile {
  /** As it was named; `-` for stdin. */
  readonly name: ByteText;
  readonly text: ByteText;
}

/** How a program reads. */
export interface ReadHabits {
  /** It may leave a part of stdin. */
  readonly stopsEarly?: boolean;
  /** It checks itself whether it reads what it writes, or reads everything before it writes. */
  readonly knowsOutput?: boolean;
}

/** What a program says of a file that it cannot read; `errno` and the kernel's words for it are given. */
export type ReadRefusal = (name: ByteText, why: string, errno: string) => void;

/**
 * The files by name in their order, `-` or no name being stdin; those that cannot be read are reported and left out.
 */
export function* readFiles(
  process: Process,
  names: readonly ByteText[],
  refused: ReadRefusal,
  { stopsEarly = false, knowsOutput = false }: ReadHabits = {},
): Generator<TextFile> {
  for (const name of names.length === 0 ? ["-"] : names) {
    const text =
      name === "-"
        ? stopsEarly
          ? process.stdin.takeSome()
          : process.stdin.takeAll()
        : onRefusal(
            () => process.disk.read(name),
            ({ message, errno }) => {
              refused(name, message, errno);
              return undefined;
            },
          );
    if (text !== undefined && !knowsOutput)
      demandOther(process, name, text !== "" || names.length > 1);
    if (text !== undefined) yield { name, text };
  }
}

/** What is read of a file that is written meanwhile depends on buffers. */
export function demandOther(process: Process, name: ByteText, isFilled: boolean): void {
  const isOwn = [process.stdout, process.stderr].some((stdout) =>
    isWritten({ ...process, stdout }, name),
  );
  if (isFilled && isOwn) throw new NotUnderstood("a program that reads the file it writes");
}

/** True when stdout is the file of this name. */
export function isWritten({ disk, stdout }: Process, name: ByteText): boolean {
  if (stdout.path === undefined || stdout.path === "/dev/null" || name === "-") return false;
  return disk.find(stdout.path)?.ino === disk.find(name)?.ino;
}
