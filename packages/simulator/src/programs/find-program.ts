import type { ByteText } from "./machine/byte-text.ts";
import { isDirectory, isRegular } from "./machine/disk-walk.ts";
import { NotUnderstood } from "./machine/not-understood.ts";
import { CannotStart, type Prepare, type Run, type Surroundings } from "./machine/process.ts";
import { runFile } from "./shell/shell.ts";
import type { ShellDialect } from "./shell/syntax.ts";
import { simulatedPrograms } from "./simulated-programs.ts";

/** Where the programs of the simulated machine are. */
const DIRECTORIES: readonly string[] = ["/usr/bin", "/bin"];
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Finds programs by their name alone, without a machine. @throws NotUnderstood for any other. */
export const prepareAnywhere: Prepare = (argv) => {
  const [name = "", ...args] = argv;
  const [, directory, base = ""] = /^(?:(.*)\/)?([^/]*)$/s.exec(name) ?? [];
  const isThere = directory === undefined || DIRECTORIES.includes(directory);
  const program = isThere ? simulatedPrograms.get(base) : undefined;
  if (program === undefined) throw new NotUnderstood(name);
  return program(args, prepareAnywhere);
};

/**
 * Finds programs as a kernel does: by PATH, and scripts on the disk. What is neither there nor known may well be on
 * the real machine, so it is not understood rather than missing.
 */
export function prepareIn(own: Surroundings): Prepare {
  const prepare: Prepare = (argv, surroundings = own) => {
    const [name = "", ...args] = argv;
    const within: Prepare = (inner, innermost = surroundings) => prepare(inner, innermost);
    for (const path of candidates(name, surroundings.environment.get("PATH"))) {
      const onDisk = scriptAt(path, args, { surroundings, prepare: within });
      if (onDisk !== undefined) return onDisk;
      const [, directory = "", base = ""] = /^(.*)\/([^/]*)$/s.exec(path) ?? [];
      const program = DIRECTORIES.includes(directory) ? simulatedPrograms.get(base) : undefined;
      if (program !== undefined) return program(args, within);
    }
    if (!name.includes("/") && simulatedPrograms.has(name)) throw new CannotStart("ENOENT");
    throw new NotUnderstood(name);
  };
  return prepare;
}

function candidates(name: ByteText, searched: ByteText | undefined): readonly ByteText[] {
  if (name.includes("/")) return [name];
  return (searched ?? DEFAULT_PATH).split(":").map((directory) => `${directory || "."}/${name}`);
}

/** A script on the disk by its first line; `undefined` when there is no file. */
function scriptAt(
  path: ByteText,
  args: readonly ByteText[],
  { surroundings, prepare }: { readonly surroundings: Surroundings; readonly prepare: Prepare },
): Run | undefined {
  const { disk } = surroundings;
  const stat = disk.find(path);
  if (stat === undefined) return undefined;
  if (isDirectory(stat) || !disk.may(path, 1)) throw new CannotStart("EACCES");
  const text = isRegular(stat) ? disk.read(path) : "";
  const { dialect, letters } = readFirstLine(text, path);
  return (process) => runFile(process, { path, args, letters, dialect, prepare });
}

function readFirstLine(
  text: ByteText,
  path: ByteText,
): { readonly dialect: ShellDialect; readonly letters: readonly string[] } {
  const expression = /^#!\s*(?:\/usr)?\/bin\/(?:env\s+)?(sh|bash)(?:\s+-([eu]+))?\s*(?:\n|$)/;
  const [, shell, letters = ""] = expression.exec(text) ?? [];
  if (shell === undefined) throw new NotUnderstood(path);
  return { dialect: shell === "bash" ? "bash" : "sh", letters: letters.split("") };
}
