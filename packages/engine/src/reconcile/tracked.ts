import type { AnyKind, Intent, Resource, ResourceId, ResourceStatus, Result } from "@holdfast/core";
import type { Hint, HintSet } from "../queue/hint.ts";
import { Alarm } from "../queue/schedule.ts";
import type { TokenBucket } from "../queue/token-bucket.ts";
import { CoalescingWindow } from "../queue/window.ts";
import { idleWork, type Work } from "../queue/work-queue.ts";

/** What a manifest says of one resource. A run goes on under the declaration it began with. */
export interface Declaration {
  readonly resource: Resource;
  readonly kind: AnyKind;
  /** Computed when first needed. */
  specDigest: string | undefined;
}

/** A resource under one declaration of it. */
export interface Subject {
  readonly tracked: Tracked;
  readonly declared: Declaration;
}

/**
 * Everything the engine keeps of one resource while it runs. It outlives manifests: when a new one names the same id,
 * the record stays and only the declaration and the edges are replaced (D18).
 */
export interface Tracked {
  readonly id: ResourceId;
  /** The resource as the live watch knows it; another one means the watch must be renewed. */
  wasWatchedAs: Declaration | undefined;
  /** The kind's name. */
  readonly bulk: string;
  declared: Declaration;
  dependencies: readonly Tracked[];
  dependents: readonly Tracked[];
  readonly work: Work;
  /** Left the manifest; its running work ends, nothing else is done for it. */
  isRemoved: boolean;

  status: ResourceStatus;
  lastResult: Result | undefined;
  /** Something was applied to it since the engine started serving. */
  hasChanged: boolean;
  /** This process has seen the present spec in sync: a difference now is drift, not a new intent. */
  wasInSync: boolean;
  /** What it looked like when our last attempt failed; `undefined` when the last one did not. */
  failedFingerprint: string | undefined;
  /** The logical time of the last apply to it or to anything it comes after. */
  changedStamp: number;

  /** Failures in a row. */
  failures: number;
  /** When the next attempt is due, monotonic milliseconds; `Infinity` when none is planned; `undefined` when not failing. */
  retryAtMs: number | undefined;
  /** Times of the last repairs of drift, monotonic milliseconds, newest last; at most three. */
  repairsAtMs: number[];
  /** Attempts that were cut off when the agent was last killed; cleared by the first run. */
  leftovers: readonly Intent[];
  /** What bounds the work that is under way; `undefined` while there is none. */
  deadline: { expire(): void } | undefined;
  /** A run was given up but may still be writing. */
  isStuck: boolean;

  bucket: TokenBucket | undefined;
  readonly window: CoalescingWindow;
  /** Hints that wait for the end of the window. */
  trailing: Hint[];
  /** Hints of a run that waits for the limiter. */
  deferred: HintSet | undefined;
  readonly alarms: Alarms;
}

/** The times at which a resource wants attention. */
export interface Alarms {
  readonly retry: Alarm;
  readonly window: Alarm;
  readonly limit: Alarm;
  readonly resync: Alarm;
  readonly deadline: Alarm;
}

/** What rings for a resource. */
export interface Ringing {
  onRetry(tracked: Tracked): void;
  onWindow(tracked: Tracked): void;
  onLimit(tracked: Tracked): void;
  onResync(tracked: Tracked): void;
}

/** A resource nobody has looked at. */
export function track(resource: Resource, kind: AnyKind, nowMs: number, ringing: Ringing): Tracked {
  const alarms: Alarms = {
    retry: new Alarm(() => ringing.onRetry(tracked)),
    window: new Alarm(() => ringing.onWindow(tracked)),
    limit: new Alarm(() => ringing.onLimit(tracked)),
    resync: new Alarm(() => ringing.onResync(tracked)),
    deadline: new Alarm(() => tracked.deadline?.expire()),
  };
  const tracked: Tracked = {
    id: resource.id,
    wasWatchedAs: undefined,
    bulk: resource.kind,
    declared: { resource, kind, specDigest: undefined },
    dependencies: [],
    dependents: [],
    work: idleWork(),
    isRemoved: false,
    status: { type: "Pending", sinceMs: nowMs },
    lastResult: undefined,
    hasChanged: false,
    wasInSync: false,
    failedFingerprint: undefined,
    changedStamp: 0,
    failures: 0,
    retryAtMs: undefined,
    repairsAtMs: [],
    leftovers: [],
    deadline: undefined,
    isStuck: false,
    bucket: undefined,
    window: new CoalescingWindow(),
    trailing: [],
    deferred: undefined,
    alarms,
  };
  return tracked;
}

/** The lane of a resource: its kind's, else one of its own. */
export function laneOf({ id, declared }: Tracked): string {
  return declared.kind.lane?.(declared.resource.spec) ?? id;
}

/** Something will be done to it without anybody asking again: a retry at full rate, a turn, the end of a window. */
export function isOwed({ alarms, status }: Tracked): boolean {
  if (alarms.limit.atMs !== undefined || alarms.window.atMs !== undefined) return true;
  return alarms.retry.atMs !== undefined && status.isStalled !== true;
}
