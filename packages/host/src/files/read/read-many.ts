import {
  ABSENT,
  assert,
  type Clock,
  Fault,
  type FileReading,
  type FileReadRequest,
  type Observation,
  present,
  throwIfAborted,
  toFault,
  unknown,
} from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { errnoFault } from "../errno-fault.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { Pass } from "../walk/pass.ts";
import { type LocalAnswer, LocalReader } from "./local-reader.ts";
import { readLong } from "./read-long.ts";
import { readShort } from "./read-short.ts";

/** What a bulk read works with. */
export interface ReadTools {
  readonly calls: FileCalls;
  readonly clock: Clock;
  readonly remote: RemoteFiles;
  /** The host's root, as the child that reads remote mounts must open it. */
  readonly root: string;
  /** Reads what is short without this thread, where it can; else `undefined`. */
  readonly readElsewhere: (
    requests: readonly FileReadRequest[],
    signal: AbortSignal,
  ) => Promise<readonly LocalAnswer[] | undefined>;
}

/**
 * Reads many paths in one pass: what is local and short at once, here or in a thread of its own; what is long in chunks;
 * what is on another machine through a child process, one for each mount. The answers are in the order of the requests.
 * @throws {Fault} Aborted.
 */
export async function readMany(
  tools: ReadTools,
  openPass: () => Pass,
  requests: readonly FileReadRequest[],
  signal: AbortSignal,
): Promise<readonly Observation<FileReading>[]> {
  const elsewhere = await tools.readElsewhere(requests, signal);
  // Not before: of many reads at once each would hold its handles while it waits.
  const pass = passOrFault(openPass);
  if (pass instanceof Fault) return requests.map(() => unknown(pass));
  using _ = pass;
  const short =
    elsewhere ??
    (await readShort(new LocalReader(tools.calls, pass), requests, tools.clock, signal));
  const bulk: Bulk = { tools, pass, requests, answers: [] };
  const remote = new Map<string, number[]>();
  for (const [position, answer] of short.entries()) {
    if (answer.type === "long") await readOneLong(bulk, position, signal);
    else if (answer.type === "remote") addTo(remote, answer.mountPoint, position);
    else bulk.answers[position] = answer;
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
}

async function readOneLong(bulk: Bulk, position: number, signal: AbortSignal): Promise<void> {
  const request = bulk.requests[position];
  assert(request !== undefined, "there is an answer to a question that was not asked");
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

function addTo(groups: Map<string, number[]>, key: string, position: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [position]);
  else group.push(position);
}

/** For a root that cannot be opened every answer is the same. */
function passOrFault(openPass: () => Pass): Pass | Fault {
  try {
    return openPass();
  } catch (error) {
    return toFault(error);
  }
}
