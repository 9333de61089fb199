import { Fault } from "../fault/fault.ts";
import { parentOf } from "../graph/declared/declared-index.ts";
import type { Observation } from "../observation.ts";
import type { FileReader, FileReading } from "../ports/files.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";

/** Where a dry run looks for directories. */
export interface FilePlace {
  readonly files: FileReader;
  readonly run: DryRun;
  readonly parents: KnownOfHost["parents"];
}

/** Refuses what has no directory to be in, unless that is made first. */
export async function refuseParent(
  path: string,
  place: FilePlace,
  signal: AbortSignal,
): Promise<void> {
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
  { files, parents }: FilePlace,
  signal: AbortSignal,
): Promise<Observation<FileReading>> {
  const known = parents.get(path);
  if (known !== undefined) return known;
  const reading = files.read({ path, content: "none", followLink: true }, signal);
  parents.set(path, reading);
  return reading;
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
