import type {
  AnyKind,
  OpenIntent,
  Resource,
  ResourceHealth,
  ResourceId,
  ResourceStatus,
  Result,
  Secrets,
  Unready,
} from "@holdfast/core";
import type { AbortGroup } from "../abort-group.ts";
import type { Hint, HintSet } from "../queue/hint.ts";
import { Alarms, type Timers } from "../queue/alarms.ts";
import type { Schedule } from "../queue/schedule.ts";
import type { TokenBucket } from "../queue/token-bucket.ts";
import { CoalescingWindow } from "../queue/window.ts";
import { idleWork, type Work } from "../queue/work-queue.ts";

/** What a manifest says of one resource. A run goes on under the declaration it began with. */
export interface Declaration {
  readonly resource: Resource;
  readonly kind: AnyKind;
  /** What its references stand for; `undefined` where it has none. */
  readonly secrets: Secrets | undefined;
  /** Computed when first needed. */
  specDigest: string | undefined;
}

/** A run that is over, kept for questions about it. Times are monotonic milliseconds. */
export interface PastRun {
  /** What asked for it. */
  readonly hints: HintSet;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly generation: number;
  /**
   * What was found and done; long values are shown by their size. `undefined` when a failing resource was found as its
   * last attempt left it, so that its next attempt stands.
   */
  readonly result?: Result;
}

/** What the health checks of a resource came to. */
export interface KnownHealth {
  /** Why it holds dependents back; `undefined` when it does not. */
  readonly unready: Unready | undefined;
  /** As its status shows it. */
  shown(): ResourceHealth;
}

/** A resource under one declaration of it. */
export interface Subject {
  readonly record: ResourceRecord;
  readonly declared: Declaration;
  /**
   * The asker of an observation that is no part of a run: the resource may have a run under way, whose deadline and
   * trace are its own. The observation ends when this is aborted. Default: a run of the resource.
   */
  readonly asker?: AbortGroup;
  /** What a run came of. Default: no hint. */
  readonly hints?: HintSet;
}

/**
 * Everything the engine keeps of one resource while it runs. It outlives manifests: when a new one names the same id,
 * the record stays and only the declaration and the edges are replaced (D18).
 */
export class ResourceRecord {
  readonly id: ResourceId;
  /** The kind's name. */
  readonly bulk: string;
  declared: Declaration;
  dependencies: readonly ResourceRecord[] = NONE;
  dependents: readonly ResourceRecord[] = NONE;
  readonly work: Work = idleWork();
  /** Left the manifest; its running work ends, nothing else is done for it. */
  isRemoved = false;

  status: ResourceStatus;
  /** The generation for which its last verdict was carried over; `undefined` when it has one of its own. */
  carriedGeneration: number | undefined = undefined;
  /** What its health checks came to; `undefined` where it has none. */
  health: KnownHealth | undefined = undefined;
  lastResult: Result | undefined = undefined;
  lastRun: PastRun | undefined = undefined;
  /** The last run that did not find it in sync; often one before the last. */
  lastNews: PastRun | undefined = undefined;
  /** Something was applied to it since the engine started serving. */
  hasChanged = false;
  /** This process has seen the present spec in sync: a difference now is drift, not a new intent. */
  wasInSync = false;
  /** What was wanted beyond the words of the spec when it was last in sync, where its kind says so. */
  intent: string | undefined = undefined;
  /**
   * Its fingerprint when our last attempt failed, `unseen` when it could not be observed; `undefined` when the last
   * attempt did not fail.
   */
  failedFingerprint: string | undefined = undefined;
  /** The logical time of the last apply to it or to anything it comes after. */
  changedStamp = 0;

  /** Failures in a row. */
  failures = 0;
  /** When the next attempt is due, monotonic milliseconds; `Infinity` when none is planned; `undefined` when not failing. */
  retryAtMs: number | undefined = undefined;
  /** Times of the last repairs of drift, monotonic milliseconds, newest last; at most three. */
  repairsAtMs: readonly number[] = NONE;
  /** Attempts that were cut off when the agent was last killed and may have left something; cleared by the first run. */
  staleIntents: readonly OpenIntent[] = NONE;
  /** The last apply whose outcome is not on record: it may have taken effect. */
  unsettled: string | undefined = undefined;
  /** What bounds the work that is under way; `undefined` while there is none. */
  deadline: { expire(): void } | undefined = undefined;
  /** A run was given up but may still be writing. */
  isStuck = false;

  bucket: TokenBucket | undefined = undefined;
  readonly window = new CoalescingWindow();
  /** Hints that wait for the end of the window. */
  trailing: readonly Hint[] = NONE;
  /** Hints of a run that waits for the limiter. */
  deferred: HintSet | undefined = undefined;
  readonly alarms: Alarms<ResourceRecord>;

  /** A resource that was not observed yet. */
  constructor({ declared, nowMs, timers }: ResourceRecordOptions) {
    this.id = declared.resource.id;
    this.bulk = declared.resource.kind;
    this.declared = declared;
    this.status = { type: "Pending", sinceMs: nowMs };
    this.alarms = new Alarms<ResourceRecord>(this, timers);
  }
}

/** What a record is made with. */
export interface ResourceRecordOptions {
  readonly declared: Declaration;
  readonly nowMs: number;
  readonly timers: Timers<ResourceRecord>;
}

/** Shared, because most lists stay empty. */
const NONE: readonly never[] = [];

/** The lanes of a resource, sorted and each once: its kind's, else one of its own. */
export function lanesOf({ id, declared }: ResourceRecord): readonly string[] {
  const lanes = declared.kind.lanes?.(declared.resource.spec) ?? [];
  if (lanes.length === 0) return [id];
  return lanes.length === 1 ? lanes : [...new Set(lanes)].toSorted();
}

/**
 * Something will be done to it without a further request: a retry at full rate, a turn, the end of a window, or what
 * it waits for proves ready or not.
 */
export function isOwed({ alarms, status }: ResourceRecord): boolean {
  if (alarms.at("limit") !== undefined || alarms.at("window") !== undefined) return true;
  if (status.type === "Blocked" && status.unready === "awaited") return true;
  return alarms.at("retry") !== undefined && status.isStalled !== true;
}

/** Its failures so far no longer count (D6), and the attempt that was planned for them is off. */
export function beginAfresh(
  { schedule }: { readonly schedule: Schedule },
  record: ResourceRecord,
): void {
  record.failures = 0;
  record.retryAtMs = undefined;
  record.alarms.clear("retry", schedule);
}
