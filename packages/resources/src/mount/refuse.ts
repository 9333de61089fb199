import { Fault, type FileEntry, type ReadContext } from "@holdfast/core";
import { parentPath } from "../absolute-path.ts";
import { wrongType } from "../path-faults.ts";
import type { MountObserved, MountSnapshot } from "./observe.ts";
import { isPath, type MountSpec } from "./spec.ts";

type Context = Pick<ReadContext, "host" | "signal">;

/**
 * Refuses what cannot be mounted, before anything is done. Only a new mount is checked: an existing one is known from
 * the kernel, and its server may be dead.
 * @throws {Fault} NotFound, without the mount point or the source; WrongType, for a link on the way to one of them, because
 *   the kernel goes where it leads and then calls the mount so; MountUnresponsive.
 */
export async function refuseImpossible(
  spec: MountSpec,
  { live }: MountObserved,
  { state }: MountSnapshot,
  context: Context,
): Promise<void> {
  const isThere = live?.isDeclared === true;
  if (live === undefined) await refusePoint(spec, context);
  if (isThere) return;
  const { source, isBind } = spec;
  if (isBind || isPath(source)) {
    if (undefined === (await entryOnPlainWay(source, context))) throw noSource(spec);
  } else if (isDeviceName(source) && !state.devices.has(source)) throw noDevice(source);
}

async function refusePoint(spec: MountSpec, context: Context): Promise<void> {
  const { mountPoint, isBind } = spec;
  const entry = await entryOnPlainWay(mountPoint, context);
  if (entry === undefined) throw noPoint(mountPoint);
  if (entry.type === "directory" || (isBind && entry.type === "file")) return;
  const found = { path: mountPoint, type: entry.type };
  throw wrongType(found, "a directory", "Move it away, or mount elsewhere.");
}

/** What is at a path that no link leads to; `undefined` when nothing is. */
async function entryOnPlainWay(
  path: string,
  { host, signal }: Context,
): Promise<FileEntry | undefined> {
  const requests = waysTo(path).map((way) => ({ path: way, content: "none" }) as const);
  const readings = await host.files.readMany(requests, signal);
  for (const [position, reading] of readings.entries()) {
    if (reading.type === "unknown") throw reading.fault;
    if (reading.type === "absent") return undefined;
    const { entry, linkTarget } = reading.value;
    const way = requests[position]?.path ?? path;
    if (entry.type === "link") throw throughLink(path, way, linkTarget ?? "elsewhere");
    if (position === readings.length - 1) return entry;
  }
  return undefined;
}

/** The path with all that is above it, the highest first; the root is no link. */
function waysTo(path: string): readonly string[] {
  return path === "/"
    ? ["/"]
    : [...(parentPath(path) === "/" ? [] : waysTo(parentPath(path))), path];
}

function isDeviceName(source: string): boolean {
  return source.startsWith("/dev/") || /^(?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=/.test(source);
}

function throughLink(path: string, link: string, target: string): Fault {
  return new Fault({
    reason: "WrongType",
    message: `${path} leads through the symbolic link ${link} to ${target}, and the kernel would call it so`,
    resolution: "Write the path without links.",
  });
}

function noPoint(mountPoint: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `nothing can be mounted at ${mountPoint} because it does not exist`,
    resolution: `Declare directory:${mountPoint}, so that it is made first.`,
    retry: "backoff",
  });
}

function noSource({ source, mountPoint }: MountSpec): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${source} is not mounted at ${mountPoint} because it does not exist`,
    resolution: `Declare what makes ${source}, so that it comes first, or correct the path.`,
    retry: "backoff",
  });
}

function noDevice(source: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `there is no device ${source}`,
    resolution: "Attach the device, or correct its name (blkid lists them).",
    retry: "backoff",
  });
}
