import { Fault } from "../fault/fault.ts";
import type { FileReader, FileWriter } from "../ports/files.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";
import { extentOf } from "./extent-of-tree.ts";
import { type FilePlace, refuseParent } from "./refuse-parent.ts";

/** Reads as ever, and refuses what a write would be refused for; then it ends the dry run. */
export function dryFiles(
  files: FileReader,
  run: DryRun,
  parents: KnownOfHost["parents"],
): FileWriter {
  const place = { files, run, parents };
  const stop = async (): Promise<never> => run.stop();
  return {
    ...watchedReads(files, run),
    write: async ({ path, validate }, signal) => {
      await refuseParent(path, place, signal);
      await validate?.(path);
      return run.stop();
    },
    makeDirectory: async ({ path }, signal) => {
      await refuseParent(path, place, signal);
      return run.stop();
    },
    makeLink: async ({ path }, signal) => {
      await refuseParent(path, place, signal);
      return run.stop();
    },
    remove: async ({ path, recursive }, signal) => {
      if (recursive === true) return run.stop(await extentOf(path, files, signal));
      await refuseNotEmpty(path, place, signal);
      return run.stop();
    },
    overwrite: stop,
    setAttributes: stop,
    discard: stop,
  };
}

function watchedReads(files: FileReader, run: DryRun): FileReader {
  return {
    readMany: (requests, signal) => {
      for (const { path } of requests) run.see(`path:${path}`);
      return files.readMany(requests, signal);
    },
    read: (request, signal) => {
      run.see(`path:${request.path}`);
      return files.read(request, signal);
    },
    stream: (request, signal) => {
      run.see(`path:${request.path}`);
      return files.stream(request, signal);
    },
    details: (request, signal) => {
      run.see(`path:${request.path}`);
      return files.details(request, signal);
    },
    list: (path, signal) => {
      run.see(`path:${path}`);
      return files.list(path, signal);
    },
    readTree: (request, signal) => {
      run.see(`path:${request.path}`);
      return files.readTree(request, signal);
    },
  };
}

/** Refuses a directory that keeps something when all that is to go has gone. */
async function refuseNotEmpty(
  path: string,
  { files, run }: FilePlace,
  signal: AbortSignal,
): Promise<void> {
  const found = await files.list(path, signal);
  if (found.type !== "present") return;
  const below = path === "/" ? "" : path;
  const kept = found.value.find((name) => !run.expected.goes(`path:${below}/${name}`));
  if (kept !== undefined) run.refuse(notEmpty(path), `path:${below}/${kept}`);
}

function notEmpty(path: string): Fault {
  return new Fault({
    reason: "DirectoryNotEmpty",
    message: `cannot remove ${path}: it is not empty`,
    resolution: "Remove what is in it first.",
  });
}
