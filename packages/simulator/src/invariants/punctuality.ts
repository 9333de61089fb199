import type { ResourceId } from "@holdfast/core";
import { isOpen } from "../machine/gates.ts";
import type { CreateInvariant } from "./invariant.ts";

/** Something that is due at a time of the virtual clock. */
interface Due {
  readonly id: ResourceId;
  readonly atMs: number;
  readonly sinceAt: number;
}

/** A change that is noticed while all is calm is observed by the end of the window, at once when it is quiet. */
export const observedInTime: CreateInvariant = ({ world, chronicle, accuse }) => {
  let due: Due[] = [];
  const { coalesceMs = 500 } = world.options.numbers;
  return {
    proves: "promises 1, 2 and 5, D4, D10",
    hear(fact) {
      if (fact.type === "trouble" || fact.type === "dies" || fact.type === "stopping") due = [];
      if (fact.type === "declared") due = [];
      const isNews = (fact.type === "outside" && fact.isFromWatch) || fact.type === "asked";
      if (!isNews || !world.isCalm || !world.isServing) return;
      for (const id of fact.ids) {
        if (!isFree(id)) continue;
        due.push({ id, atMs: world.nowMs + coalesceMs, sinceAt: chronicle.now });
      }
    },
    check() {
      due = due.filter(({ id, atMs, sinceAt }) => {
        if (chronicle.of(id).observedAt > sinceAt || !isFree(id)) return false;
        if (atMs >= world.nowMs) return true;
        accuse(
          `${id} changed at ${atMs - coalesceMs} ms and nobody observed within ${coalesceMs} ms`,
        );
        return false;
      });
    },
  };

  /** Nothing that came before holds it up. */
  function isFree(id: ResourceId): boolean {
    const hindered = (one: ResourceId): boolean => {
      const type = world.process?.status(one)?.type;
      return (type !== "Ready" && type !== "Drifted") || !isOpen(world, one);
    };
    return !hindered(id) && ![...chronicle.ancestors(id)].some(hindered);
  }
};

/** A limit delays its own resource; everything else is repaired promptly. */
export const repairedInTime: CreateInvariant = ({ world, chronicle, accuse }) => {
  let due: Due[] = [];
  const applies = new Map<ResourceId, number[]>();
  const { coalesceMs = 500 } = world.options.numbers;
  return {
    proves: "promises 5 and 6, D5",
    hear(fact) {
      if (fact.type === "trouble" || fact.type === "dies" || fact.type === "stopping") due = [];
      if (fact.type === "declared") due = [];
      if (fact.type === "begins" && fact.call.verb === "apply") {
        for (const id of fact.call.ids) {
          const before = applies.get(id) ?? [];
          applies.set(id, [...before, world.nowMs].slice(-20));
        }
      }
      if (fact.type !== "outside" || !fact.isFromWatch || !world.isCalm || !world.isServing) return;
      if (world.options.mode === "detect") return;
      for (const id of fact.ids) {
        const depth = chronicle.ancestors(id).size;
        const patienceMs = coalesceMs * (depth + 2) + 1_000;
        if (isFree(id)) due.push({ id, atMs: world.nowMs + patienceMs, sinceAt: chronicle.now });
      }
    },
    check() {
      due = due.filter(({ id, atMs, sinceAt }) => {
        const { outsideAt } = chronicle.of(id);
        const isDisturbed =
          chronicle.gateAt > sinceAt ||
          [id, ...chronicle.ancestors(id)].some((one) => chronicle.of(one).outsideAt > sinceAt);
        if (isDisturbed || atMs >= world.nowMs) return !isDisturbed;
        const status = world.process?.status(id);
        if (status !== undefined && status.type !== "Ready" && outsideAt <= sinceAt)
          accuse(`${id} changed ${world.nowMs - atMs} ms too long ago and is ${status.type}`);
        return false;
      });
    },
  };

  /** It, and all it stands on, has tokens left and is in order. */
  function isFree(id: ResourceId): boolean {
    return [id, ...chronicle.ancestors(id)].every((one) => {
      const resource = world.resource(one);
      if (resource === undefined || world.process?.status(one)?.type !== "Ready") return false;
      if (!isOpen(world, one)) return false;
      const recent = (applies.get(one) ?? []).filter((atMs) => atMs > world.nowMs - 60_000);
      return recent.length === 0 && !world.isOnlyObserved(one);
    });
  }
};

/** A burst is one run at its end: two applies of one resource that nothing failed between are a window apart. */
export const bursts: CreateInvariant = ({ world, chronicle, accuse }) => {
  const { coalesceMs = 500 } = world.options.numbers;
  const last = new Map<ResourceId, { atMs: number; wasPlain: boolean }>();
  let askedMs = Number.NEGATIVE_INFINITY;
  return {
    proves: "promise 5, D4",
    hear(fact) {
      if (fact.type === "dies" || fact.type === "declared" || fact.type === "relieved")
        last.clear();
      if (fact.type === "trouble") last.clear();
      if (fact.type === "declared" || fact.type === "asked") askedMs = world.nowMs;
      if (fact.type !== "begins" || fact.call.verb !== "apply") return;
      for (const id of fact.call.ids) {
        // What somebody asked for goes past the window, and so does a retry, and a turn that the limiter gave.
        const wasReady = chronicle.of(id).settledAs === "Ready";
        // In its lane it may have waited for one that was in trouble.
        const quietSinceMs = Math.max(askedMs, chronicle.calmSinceMs);
        const isQuiet = world.nowMs - quietSinceMs > 2 * coalesceMs;
        const wasPlain = world.isCalm && wasReady && isQuiet;
        const before = last.get(id);
        const isTooSoon = before !== undefined && world.nowMs - before.atMs < coalesceMs - 1e-6;
        if (wasPlain && before?.wasPlain === true && isTooSoon)
          accuse(`${id} is applied ${world.nowMs - before.atMs} ms after the last time`);
        last.set(id, { atMs: world.nowMs, wasPlain });
      }
    },
  };
};

/** No more applies than the limit allows; retries, which bypass it, do not count. */
export const limits: CreateInvariant = ({ world, chronicle, accuse }) => {
  const tokens = new Map<ResourceId, { left: number; atMs: number }>();
  const { limitPerSecond = 1, limitBurst = 10 } = world.options.numbers;
  return {
    proves: "promise 6, D5",
    hear(fact) {
      if (fact.type === "dies" || fact.type === "declared") tokens.clear();
      if (fact.type !== "begins" || fact.call.verb !== "apply") return;
      if (chronicle.of(fact.call.ids[0] ?? ("" as ResourceId)).observedAt < chronicle.declaredAt)
        return;
      for (const id of fact.call.ids) {
        const { perSecond, burst } = world.resource(id)?.meta.limit ?? {
          perSecond: limitPerSecond,
          burst: limitBurst,
        };
        const { left, atMs } = tokens.get(id) ?? { left: burst, atMs: world.nowMs };
        const now = Math.min(burst, left + ((world.nowMs - atMs) * perSecond) / 1_000);
        const isRetry = ["Failed", "Unknown", "Blocked"].includes(chronicle.of(id).settledAs);
        // A batch that failed is made again one by one, on the token it has.
        const isAgain =
          world.process?.status(id)?.type === "Reconciling" && fact.call.ids.length === 1;
        if (now < 1 - 1e-6 && !isRetry && !isAgain) accuse(`${id} is applied beyond its limit`);
        tokens.set(id, { left: Math.max(0, now - 1), atMs: world.nowMs });
      }
    },
  };
};
