import { Fault } from "../fault/fault.ts";
import { parentOf } from "../graph/declared-index.ts";
import type { Observation } from "../observation.ts";
import type { FileReader, FileReading, FileWriter } from "../ports/files.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";
import { extentOf } from "./extent-of-tree.ts";

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

interface Place {
  readonly files: FileReader;
  readonly run: DryRun;
  readonly parents: KnownOfHost["parents"];
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

/** Refuses what has no directory to be in, unless that is made first. */
async function refuseParent(path: string, place: Place, signal: AbortSignal): Promise<void> {
  const { run } = place;
  const parent = parentOf(path);
  let missing: string | undefined;
  for (let at = parent; at !== undefined; at = parentOf(at)) {
    if (run.expected.comes(`path:${at}`)) break;
    const found = await readParent(at, place, signal);
    if (found.type === "unknown") return run.refuse(found.fault, `path:${at}`);
    if (found.type === "present") {
      if (found.value.entry.type === "directory") break;
      return run.refuse(inTheWay(path, at), `path:${at}`);
    }
    missing = at;
  }
  if (missing !== undefined) run.refuse(noParent(path, missing), `path:${parent}`);
}

function readParent(
  path: string,
  { files, parents }: Place,
  signal: AbortSignal,
): Promise<Observation<FileReading>> {
  const known = parents.get(path);
  if (known !== undefined) return known;
  const reading = files.read({ path, content: "none", followLink: true }, signal);
  parents.set(path, reading);
  return reading;
}

/** Refuses a directory that keeps something when all that is to go has gone. */
async function refuseNotEmpty(
  path: string,
  { files, run }: Place,
  signal: AbortSignal,
): Promise<void> {
  const found = await files.list(path, signal);
  if (found.type !== "present") return;
  const below = path === "/" ? "" : path;
  const kept = found.value.find((name) => !run.expected.goes(`path:${below}/${name}`));
  if (kept !== undefined) run.refuse(notEmpty(path), `path:${below}/${kept}`);
}

function noParent(path: string, missing: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `cannot write ${path}: the directory ${missing} does not exist`,
    resolution: `Declare the directory ${missing}, or correct the path.`,
  });
}

function inTheWay(path: string, at: string): Fault {
  return new Fault({
    reason: "WrongType",
    message: `cannot write ${path}: ${at} is not a directory`,
    resolution: `Remove what is at ${at}, or correct the path.`,
  });
}

function notEmpty(path: string): Fault {
  return new Fault({
    reason: "DirectoryNotEmpty",
    message: `cannot remove ${path}: it is not empty`,
    resolution: "Remove what is in it first.",
  });
}
