import type { CommandOutput, ResourceId, ResourceStatus } from "@holdfast/core";
import type { HintKind, HintSet } from "../queue/hint.ts";
import { attemptsOf } from "../reconcile/settle.ts";
import { isOver } from "../records/identity.ts";
import type { PastRun, ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";

/** What an engine knows of one resource. */
export interface KnownStatus {
  readonly id: ResourceId;
  readonly status: ResourceStatus;
  /** Its kind is watched by events of the operating system; else it is polled. */
  readonly isWatched: boolean;
  /** It left the manifest, and is to go. Default: it is declared. */
  readonly isRemoval?: boolean;
}

/** Why a resource is as it is: the causal chain as far as the engine knows it. */
export interface Explanation extends KnownStatus {
  /** From what it directly depends on to the root of what holds it back; empty when nothing does. */
  readonly blockedThrough: readonly ResourceId[];
  /** What asked for the run that is under way; `undefined` when none is. */
  readonly underWay?: HintSet;
  /** `undefined` when it was not observed yet. */
  readonly lastRun?: PastRun;
  /** The last run that did not find it in sync; `undefined` when every one did. */
  readonly lastNews?: PastRun;
  /** Of the command that its last attempt ran; `undefined` when it ran none, or when others wrote more since. */
  readonly output?: CommandOutput;
  /** Failures in a row. */
  readonly failures: number;
  /** How many attempts it has at full rate. */
  readonly attempts: number;
  readonly next: Next;
}

/** What will happen to a resource, as far as the engine knows. Times are monotonic milliseconds. */
export interface Next {
  readonly isRunning: boolean;
  /** What asks for a run that has not begun; empty when nothing does. */
  readonly askedBy: readonly HintKind[];
  /** What that run waits for: dependencies that are to be observed first. */
  readonly after: readonly ResourceId[];
  /** The next attempt after a failure. */
  readonly retryAtMs?: number;
  /** The end of the window in which further hints are collected. */
  readonly windowAtMs?: number;
  /** When the limiter lets it change again. */
  readonly limitAtMs?: number;
  /** When it is observed without a hint. */
  readonly resyncAtMs?: number;
}

/** What the engine knows of a resource. */
export function knownOf(runtime: Runtime, record: ResourceRecord): KnownStatus {
  return {
    id: record.id,
    status: withHealth(record),
    isWatched: runtime.isWatched(record),
    ...(record.declared.resource.removal === undefined ? {} : { isRemoval: true }),
  };
}

/** What is known of each; what was removed is no resource any more, although its record is kept for a while. */
export function* eachKnown(
  runtime: Runtime,
  records: readonly ResourceRecord[],
): Generator<KnownStatus, void> {
  for (const record of records) if (!isOver(runtime, record)) yield knownOf(runtime, record);
}

/** The status of a resource, with its health; `undefined` when there is none. */
export function statusOf(
  runtime: Runtime,
  record: ResourceRecord | undefined,
): ResourceStatus | undefined {
  return record === undefined || isOver(runtime, record) ? undefined : withHealth(record);
}

function withHealth({ status, health, carriedGeneration }: ResourceRecord): ResourceStatus {
  if (health === undefined && carriedGeneration === undefined) return status;
  return {
    ...status,
    ...(carriedGeneration === undefined ? {} : { observedGeneration: carriedGeneration }),
    ...(health === undefined ? {} : { health: health.shown() }),
  };
}

/** How much there is to do. */
export interface WorkCounts {
  /** Resources that wait for their run. */
  readonly waiting: number;
  /** Resources that are being worked on. */
  readonly running: number;
}

/** Counts the work of resources. */
export function workCountsOf(resources: readonly ResourceRecord[]): WorkCounts {
  const count = (is: (record: ResourceRecord) => boolean): number => resources.filter(is).length;
  return {
    waiting: count(({ work }) => work.hints !== undefined),
    running: count(({ work }) => work.underWay !== undefined),
  };
}

/** All that the engine can say about why a resource is as it is; `undefined` when there is none. */
export function explanationOf(
  runtime: Runtime,
  record: ResourceRecord | undefined,
): Explanation | undefined {
  if (record === undefined || isOver(runtime, record)) return undefined;
  const { lastRun, lastNews, failures, work } = record;
  const output = runtime.outputs.of(record.id);
  return {
    ...knownOf(runtime, record),
    blockedThrough: pathToBlocker(record),
    ...(work.underWay && { underWay: work.underWay }),
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(lastNews === undefined ? {} : { lastNews }),
    ...(output === undefined ? {} : { output }),
    failures,
    attempts: attemptsOf(runtime, record),
    next: nextOf(record),
  };
}

/** A graph has no cycles, so this ends. */
function pathToBlocker(record: ResourceRecord): readonly ResourceId[] {
  const path: ResourceId[] = [];
  let at: ResourceRecord | undefined = record;
  while (at?.status.type === "Blocked") {
    const by: ResourceId = at.status.by;
    at = at.dependencies.find(
      ({ id, status }) => id === by || (status.type === "Blocked" && status.by === by),
    );
    if (at !== undefined) path.push(at.id);
  }
  return path;
}

const SHOWN_ALARMS = ["retry", "window", "limit", "resync"] as const;

function nextOf({ work, trailing, deferred, dependencies, alarms }: ResourceRecord): Next {
  const waiting = [work.hints, deferred].flatMap((hints) => [...(hints?.kinds ?? [])]);
  const kinds = new Set([...waiting, ...trailing.map(({ kind }) => kind)]);
  const busy = dependencies.filter(
    ({ work: its }) => its.underWay !== undefined || its.hints !== undefined,
  );
  const [retryAtMs, windowAtMs, limitAtMs, resyncAtMs] = SHOWN_ALARMS.map((name) =>
    alarms.at(name),
  );
  return {
    isRunning: work.underWay !== undefined,
    askedBy: [...kinds],
    after: kinds.size === 0 ? [] : busy.map(({ id }) => id),
    ...(retryAtMs === undefined ? {} : { retryAtMs }),
    ...(windowAtMs === undefined ? {} : { windowAtMs }),
    ...(limitAtMs === undefined ? {} : { limitAtMs }),
    ...(resyncAtMs === undefined ? {} : { resyncAtMs }),
  };
}
