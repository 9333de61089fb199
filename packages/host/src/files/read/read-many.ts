import {
  ABSENT,
  type Clock,
  type Fault,
  type FileReading,
  type FileReadRequest,
  type Observation,
  present,
  throwIfAborted,
  unknown,
} from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { errnoFault } from "../errno-fault.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { type Pass, splitPath } from "../walk/pass.ts";
import { LocalReader } from "./local-reader.ts";
import { readLong } from "./read-long.ts";

/** Other work of the process waits no longer than this for a bulk read. */
const SLICE_MS = 2;
/** The clock is looked at once in so many files. */
const FILES_PER_LOOK = 16;
/** From so many files on, a read begins with a turn of its own: listing what is wanted has taken its time already. */
const MANY = 256;

/** What a bulk read works with. */
export interface ReadTools {
  readonly calls: FileCalls;
  readonly clock: Clock;
  readonly remote: RemoteFiles;
  /** The host's root, as the child that reads remote mounts must open it. */
  readonly root: string;
}

/**
 * Reads many paths in one pass: what is local and short at once, grouped by directory, in slices that leave the loop
 * free; what is long in chunks; what is on another machine through a child process, one for each mount.
 * The answers are in the order of the requests. O(requests), besides the content itself.
 * @throws {Fault} Aborted.
 */
export async function readMany(
  tools: ReadTools,
  pass: Pass,
  requests: readonly FileReadRequest[],
  signal: AbortSignal,
): Promise<readonly Observation<FileReading>[]> {
  const bulk: Bulk = {
    tools,
    pass,
    requests,
    answers: [],
    later: [],
  };
  await readShort(bulk, signal);
  const remote = new Map<string, number[]>();
  for (const { position, remoteMount } of bulk.later) {
    if (remoteMount === undefined) await readOneLong(bulk, position, signal);
    else addTo(remote, remoteMount, position);
  }
  await Promise.all(
    Array.from(remote, ([mountPoint, positions]) =>
      readRemote(bulk, mountPoint, positions, signal),
    ),
  );
  return bulk.answers;
}

interface Bulk {
  readonly tools: ReadTools;
  readonly pass: Pass;
  readonly requests: readonly FileReadRequest[];
  readonly answers: Observation<FileReading>[];
  /** What could not be read at once: long files, and files of another machine. */
  readonly later: { readonly position: number; readonly remoteMount: string | undefined }[];
}

async function readShort(bulk: Bulk, signal: AbortSignal): Promise<void> {
  const { tools, pass, requests } = bulk;
  const reader = new LocalReader(tools.calls, pass);
  if (requests.length >= MANY) await tools.clock.yieldTurn();
  let sliceStartMs = tools.clock.monotonicMs();
  let untilLook = FILES_PER_LOOK;
  for (const positions of groupByParent(requests)) {
    for (const position of positions) {
      readAtOnce(bulk, reader, position);
      untilLook -= 1;
      if (untilLook > 0) continue;
      untilLook = FILES_PER_LOOK;
      if (tools.clock.monotonicMs() - sliceStartMs < SLICE_MS) continue;
      await tools.clock.yieldTurn();
      throwIfAborted(signal);
      sliceStartMs = tools.clock.monotonicMs();
    }
  }
}

function readAtOnce(bulk: Bulk, reader: LocalReader, position: number): void {
  const request = bulk.requests[position];
  if (request === undefined) return;
  try {
    const answer = reader.read(request);
    if (answer.type === "long") bulk.later.push({ position, remoteMount: undefined });
    else if (answer.type === "remote")
      bulk.later.push({ position, remoteMount: answer.mountPoint });
    else bulk.answers[position] = answer;
  } catch (error) {
    bulk.answers[position] = unknown(errnoFault(error, "read", request.path));
  }
}

async function readOneLong(bulk: Bulk, position: number, signal: AbortSignal): Promise<void> {
  const request = bulk.requests[position];
  if (request === undefined) return;
  try {
    const reading = await readLong(bulk.tools.calls, bulk.pass, request, signal);
    bulk.answers[position] = reading === undefined ? ABSENT : present(reading);
  } catch (error) {
    throwIfAborted(signal);
    bulk.answers[position] = unknown(errnoFault(error, "read", request.path));
  }
}

async function readRemote(
  bulk: Bulk,
  mountPoint: string,
  positions: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const requests = positions.flatMap((position) => bulk.requests[position] ?? []);
  const { remote, root } = bulk.tools;
  const answers = await remote.readMany({ mountPoint, root }, requests, signal);
  for (const [index, position] of positions.entries()) {
    const answer = answers[index];
    if (answer !== undefined) bulk.answers[position] = answer;
  }
}

/** Positions by parent directory, in the order in which the parents first come; a directory is opened once for all in it. */
function groupByParent(requests: readonly FileReadRequest[]): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>();
  let parent = "";
  let group: number[] | undefined;
  for (let position = 0; position < requests.length; position++) {
    const path = requests[position]?.path ?? "/";
    const isSame =
      path.lastIndexOf("/") === parent.length && path.startsWith(parent) && group !== undefined;
    if (isSame) {
      group?.push(position);
      continue;
    }
    parent = splitPath(path).parent;
    group = addTo(groups, parent, position);
  }
  return groups.values();
}

function addTo(groups: Map<string, number[]>, key: string, position: number): number[] {
  const group = groups.get(key);
  if (group === undefined) {
    const made = [position];
    groups.set(key, made);
    return made;
  }
  group.push(position);
  return group;
}

/** The same fault for all: for a pass that could not even be opened. */
export function allUnknown(count: number, fault: Fault): readonly Observation<FileReading>[] {
  return Array.from({ length: count }, () => unknown(fault));
}
