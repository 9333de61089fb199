import { type Clock, type FileReadRequest, throwIfAborted, unknown } from "@holdfast/core";
import { errnoFault } from "../errno-fault.ts";
import { splitPath } from "../walk/pass.ts";
import type { LocalAnswer, LocalReader } from "./local-reader.ts";

/** Other work of the process waits no longer than this for a bulk read. */
const SLICE_MS = 2;
/** The clock is read once in so many files. */
const FILES_PER_OBSERVATION = 16;
/** From so many files on, a read begins with a turn of its own: listing what is wanted has taken its time already. */
export const MANY = 256;

/**
 * Reads what can be read at once, grouped by directory, in slices that leave the loop free. The answers are in the
 * order of the requests; each path has its own fault. O(requests), besides the content itself.
 * @throws {Fault} Aborted.
 */
export async function readShort(
  reader: LocalReader,
  requests: readonly FileReadRequest[],
  clock: Clock,
  signal: AbortSignal,
): Promise<LocalAnswer[]> {
  const answers: LocalAnswer[] = [];
  if (requests.length >= MANY) await clock.yieldTurn();
  let sliceStartMs = clock.monotonicMs();
  let untilObserved = FILES_PER_OBSERVATION;
  for (const positions of groupByParent(requests)) {
    for (const position of positions) {
      const request = requests[position];
      if (request !== undefined) answers[position] = readAtOnce(reader, request);
      untilObserved -= 1;
      if (untilObserved > 0) continue;
      untilObserved = FILES_PER_OBSERVATION;
      if (clock.monotonicMs() - sliceStartMs < SLICE_MS) continue;
      await clock.yieldTurn();
      throwIfAborted(signal);
      sliceStartMs = clock.monotonicMs();
    }
  }
  return answers;
}

function readAtOnce(reader: LocalReader, request: FileReadRequest): LocalAnswer {
  try {
    return reader.read(request);
  } catch (error) {
    return unknown(errnoFault(error, "read", request.path));
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
    group = groups.get(parent) ?? [];
    groups.set(parent, group);
    group.push(position);
  }
  return groups.values();
}
