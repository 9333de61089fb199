import type { CheckoutContent } from "@holdfast/core";
import type { GitMachine } from "./run/git-machine.ts";
import { gitFault, onMachine, runGit } from "./run/run-git.ts";

/** Paths that are named; the others are counted. */
const MOST_PATHS = 100;
/** How git ends that cannot read its own records. */
const CANNOT_READ = 128;
/** Enough for tens of thousands of changed files; of more the last are counted. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Compares the files of a checkout, and what is staged, with its commit: by one process, which writes nothing. Its configuration
 * must be ours. Submodules are compared by whoever knows them.
 * @throws {Fault} CommandNotFound, CommandTimeout, UnknownUser, NotPrivileged, HostFailed, Aborted.
 */
export async function readContent(
  machine: Pick<GitMachine, "commands" | "root">,
  { path, user }: { readonly path: string; readonly user?: string | undefined },
  signal: AbortSignal,
): Promise<CheckoutContent> {
  const run = {
    args: [
      "status",
      "--porcelain=v2",
      "-z",
      "--untracked-files=no",
      "--ignore-submodules=all",
      "--no-renames",
      "--no-ahead-behind",
    ],
    directory: onMachine(machine, path),
    user,
    maxOutputBytes: MOST_BYTES,
    isQuery: true,
  };
  const result = await runGit(machine, run, signal);
  if (result.exitCode === CANNOT_READ) return { type: "damaged" };
  if (result.exitCode !== 0) throw gitFault(run, result);
  return contentOf(parseStatus(result.stdout, result.isTruncated));
}

/** A list of changed paths as content. */
export function contentOf(paths: readonly string[]): CheckoutContent {
  if (paths.length === 0) return { type: "clean" };
  return { type: "changed", paths: paths.slice(0, MOST_PATHS), count: paths.length };
}

/** The paths of `git status --porcelain=v2 -z`. Of an output whose beginning is lost the first entry is left out. */
export function parseStatus(output: string, isTruncated = false): readonly string[] {
  const entries = output.split("\0").slice(isTruncated ? 1 : 0);
  return entries.flatMap((entry) => {
    // `1 XY sub mH mI mW hH hI path`, and `u XY sub m1 m2 m3 mW h1 h2 h3 path` for what was not merged.
    const fields = entry.startsWith("1 ") ? 8 : entry.startsWith("u ") ? 10 : undefined;
    return fields === undefined ? [] : [entry.split(" ").slice(fields).join(" ")];
  });
}
