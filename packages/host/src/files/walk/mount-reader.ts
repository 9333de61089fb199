import { type Clock, Fault } from "@holdfast/core";
import type { FileCalls } from "../calls.ts";
import { errnoOf } from "../errno-fault.ts";
import { type MountTable, parseMounts } from "./mounts.ts";

/** Mounts come and go seldom; where only a dead one must be avoided, it is known this much later at the latest. */
const RECENT_MS = 250;

/** Reads what is mounted where. */
export interface MountReader {
  /** As of this moment. */
  now(): MountTable;
  /** As of at most 250 ms ago. */
  recent(): MountTable;
}

/** What a reader of mountinfo is made with. */
export interface MountReaderOptions {
  readonly calls: FileCalls;
  readonly clock: Clock;
  /** Paths that count as remote mounts too. Default none. */
  readonly remotePaths?: readonly string[];
  /** No mount counts as remote. Default false. */
  readonly entersRemoteMounts?: boolean;
}

/** A reader of mountinfo that parses only what has changed. */
export function createMountReader(options: MountReaderOptions): MountReader {
  let known: { readonly text: string; readonly table: MountTable } | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const now = (): MountTable => {
    const text = readText(options.calls);
    if (known?.text !== text) known = { text, table: tableOf(text, options) };
    readAtMs = options.clock.monotonicMs();
    return known.table;
  };
  return {
    now,
    recent() {
      const isRecent = options.clock.monotonicMs() - readAtMs < RECENT_MS;
      return known !== undefined && isRecent ? known.table : now();
    },
  };
}

function tableOf(
  text: string,
  { remotePaths, entersRemoteMounts }: MountReaderOptions,
): MountTable {
  const table = parseMounts(text, remotePaths);
  if (entersRemoteMounts !== true) return table;
  return { ...table, hasRemote: false, remoteMountOn: () => undefined };
}

function readText(calls: FileCalls): string {
  try {
    return calls.mountInfo();
  } catch (error) {
    const why = errnoOf(error) ?? String(error);
    throw new Fault({
      reason: "HostFailed",
      message: `cannot read /proc/self/mountinfo, without which dead mounts cannot be avoided (${why})`,
      resolution: "Mount /proc.",
      cause: error,
    });
  }
}
