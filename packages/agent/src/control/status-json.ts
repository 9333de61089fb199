import {
  API_VERSION,
  changesJson,
  type Clock,
  type Compliance,
  type FaultData,
  faultJson,
  type JsonObject,
  type Reader,
  type ResourceStatus,
  type StatusBody,
  unreachable,
  viewOf,
  withoutLongValues,
} from "@holdfast/core";
import type { MonitorStatus } from "@holdfast/daemonkit";
import type { KnownStatus } from "@holdfast/engine";
import { healthJson } from "./health-json.ts";
import { shownTime } from "./shown-time.ts";
import type { Served, Turn } from "./served.ts";

/** All clients read the same: private values stay private. */
export const ANYBODY: Reader = { uid: undefined };

/** So many resources are counted before others get a turn. */
const COUNTED_AT_ONCE = 2_000;

/** `GET /status`: the agent, and how many resources are how. */
export async function agentStatusJson(served: Served, turn: Turn): Promise<JsonObject> {
  const counts = await countStatuses(served, turn);
  const observedGeneration = served.observedGeneration();
  const paused = served.paused();
  return {
    apiVersion: API_VERSION,
    name: served.name,
    version: served.version,
    pid: served.pid,
    startedAt: new Date(served.startedAtMs).toISOString(),
    source: served.source,
    generation: served.generation(),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...counts,
    ...(paused === undefined ? {} : { paused: { ...paused } }),
    orphans: served.orphans().map(({ id, why }) => ({ id, why })),
    monitors: served.monitors().map((monitor) => monitorJson(monitor)),
    degraded: [...served.conditions()].map(([subject, fault]) => conditionJson(subject, fault)),
  };
}

async function countStatuses({ engine }: Served, turn: Turn) {
  const left = engine.eachStatus();
  const statuses: Partial<Record<ResourceStatus["type"], number>> = {};
  const compliance: Partial<Record<Compliance, number>> = {};
  let [resources, watched] = [0, 0];
  const countSome = (): boolean => {
    for (let count = 0; count < COUNTED_AT_ONCE; count += 1) {
      const { value: known } = left.next();
      if (known === undefined) return false;
      resources += 1;
      if (known.isWatched) watched += 1;
      countOne(statuses, known.status.type);
      countOne(compliance, viewOf(known.status).compliance);
    }
    return true;
  };
  while (await turn(countSome)) continue;
  return { resources, watched, statuses, compliance };
}

function countOne<Word extends string>(counts: Partial<Record<Word, number>>, word: Word): void {
  counts[word] = (counts[word] ?? 0) + 1;
}

/** One resource: `{id, status, view, isWatched}`; times are wall clock, as ISO 8601. */
export function resourceJson(known: KnownStatus, clock: Clock): JsonObject {
  const { id, status, isWatched, isRemoval } = known;
  const view = viewOf(status);
  return {
    id,
    status: statusJson(status, clock),
    view: { ...view, conditions: view.conditions.map((condition) => ({ ...condition })) },
    isWatched,
    ...(isRemoval === undefined ? {} : { isRemoval }),
  };
}

/** How many of each there are. */
export function countBy<Word extends string>(
  words: readonly Word[],
): Partial<Record<Word, number>> {
  const counts: Partial<Record<Word, number>> = {};
  for (const word of words) countOne(counts, word);
  return counts;
}

function monitorJson({ error, ...rest }: MonitorStatus): JsonObject {
  return { ...rest, ...(error === undefined ? {} : { error: { ...error } }) };
}

function conditionJson(subject: string, fault: FaultData): JsonObject {
  return { subject, fault: faultJson(fault) };
}

function statusJson(status: ResourceStatus, clock: Clock): JsonObject {
  const { observedGeneration, isStalled, isFlapping, health } = status;
  return {
    type: status.type,
    since: shownTime(status.sinceMs, clock),
    ...bodyJson(status, clock),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(isStalled ? { isStalled } : {}),
    ...(isFlapping ? { isFlapping } : {}),
    ...(health === undefined ? {} : { health: healthJson(health, clock) }),
  };
}

function bodyJson(status: StatusBody, clock: Clock): JsonObject {
  switch (status.type) {
    case "Ready":
      return { details: status.details };
    case "Drifted":
      return { changes: changesJson(withoutLongValues(status.changes), ANYBODY) };
    case "Failed":
    case "Unknown":
      return { fault: faultJson(status.fault), ...timeJson("retryAt", status.retryAtMs, clock) };
    case "Blocked":
      return {
        by: status.by,
        ...(status.unready === undefined ? {} : { reason: UNREADY[status.unready] }),
      };
    case "Waiting":
      return {
        for: status.for,
        ...timeJson("until", status.untilMs, clock),
        ...(status.reason === undefined ? {} : { reason: status.reason }),
      };
    case "Denied":
      return { fault: faultJson(status.fault) };
    case "Reconciling":
      return status.progress === undefined ? {} : { progress: status.progress };
    case "Pending":
    case "UnknownKind":
      return {};
    default:
      return unreachable(status);
  }
}

function timeJson(name: string, monotonicMs: number | undefined, clock: Clock): JsonObject {
  if (monotonicMs === undefined || !Number.isFinite(monotonicMs)) return {};
  return { [name]: shownTime(monotonicMs, clock) };
}

/** Why what is in sync holds others back. */
const UNREADY = { awaited: "not ready yet", failed: "not ready" } as const;
