import { readFile, writeFile } from "node:fs/promises";
import { exportMachine, readIgnorePatterns } from "@holdfast/agent/export";
import { Fault } from "@holdfast/core";
import { readFacts } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { namedPath } from "../../named-path.ts";
import { rootOf } from "../../root-directory.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { createLog } from "../log.ts";
import { withOutput } from "../with-output.ts";
import { leftOutText } from "./left-out-text.ts";

/** For its owner only: an export shows much of a machine. */
const PRIVATE = 0o600;
const MOST_PATTERN_CHARACTERS = 1024 * 1024;

/** Writes down what was chosen on this machine: onto stdout, or into a new file. What was left out is said on stderr. */
export async function exportChoices(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async () => {
    using stop = listenForStop();
    const root = rootOf(options, surroundings);
    const { form = "manifest", outFile, kinds, ignore, all = false, verbose = false } = options;
    const ignores = ignore === undefined ? undefined : await readPatterns(ignore, surroundings);
    const found = await exportMachine(
      {
        root,
        catalog: createStandardCatalog(),
        facts: await readFacts({ root }),
        log: createLog(surroundings, { isVerbose: verbose }),
        userId: surroundings.userId,
        ...(kinds === undefined ? {} : { kinds }),
        ...(ignores === undefined ? {} : { ignores }),
        isAll: all,
      },
      stop.signal,
    );
    const text = found.text(form);
    if (outFile === undefined) surroundings.stdout.write(text);
    else await writeNew(namedPath(outFile, surroundings), text);
    const exported = found.entries.filter(({ isHole }) => !isHole).length;
    surroundings.stderr.write(
      leftOutText({ exported, leftOut: found.leftOut, isVerbose: verbose }),
    );
    return "inSync";
  });
}

async function readPatterns(
  named: string,
  surroundings: Surroundings,
): Promise<(id: string) => boolean> {
  const path = namedPath(named, surroundings);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault({
      reason: error.code === "ENOENT" ? "NotFound" : "HostFailed",
      message: `--ignore: ${path} cannot be read: ${error.code ?? error.message}`,
      resolution: "Name a file of patterns of ids, one a line.",
      cause: error,
    });
  });
  if (text.length <= MOST_PATTERN_CHARACTERS) return readIgnorePatterns(text);
  throw new Fault({
    reason: "ContentTooLarge",
    message: `--ignore: ${path} has more than ${MOST_PATTERN_CHARACTERS} characters`,
    resolution: "Name a file of patterns of ids, one a line.",
  });
}

/** Never over another file: an earlier export may have been kept and changed. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx", mode: PRIVATE }).catch(
    (error: NodeJS.ErrnoException) => {
      const isThere = error.code === "EEXIST";
      throw new Fault({
        reason: isThere ? "AlreadyExists" : "HostFailed",
        message: isThere
          ? `${path} is there already, and is not overwritten`
          : `${path} cannot be written: ${error.code ?? error.message}`,
        resolution: isThere ? "Name another file, or remove it first." : "Name another file.",
        cause: error,
      });
    },
  );
}
