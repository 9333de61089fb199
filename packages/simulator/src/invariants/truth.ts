import type { ResourceId } from "@holdfast/core";
import { isAsDeclared } from "../machine/truth.ts";
import { CONTENTS, TAMPERED } from "../machine/contents.ts";
import type { Court, CreateInvariant } from "./invariant.ts";

/** What is said to be ready is as declared, unless somebody changed it after the last observation. */
export const readyIsTrue: CreateInvariant = ({ world, props, chronicle, accuse }) => ({
  proves: "design §4 and §8: verified before it is Ready",
  check() {
    const { process, graph } = world;
    if (process === undefined || process.isStopping || graph === undefined) return;
    const { coalesceMs = 500 } = world.options.numbers;
    // A run may have seen a difference and wait for a call that hangs.
    if (process.inTrouble.length > 0) return;
    for (const resource of graph.resources) {
      const status = process.status(resource.id);
      if (status?.type !== "Ready" || status.observedGeneration !== world.generation) continue;
      const { outsideAt, outsideMs, observedAt } = chronicle.of(resource.id);
      if (outsideAt > observedAt || observedAt < chronicle.declaredAt) continue;
      // Somebody else may have looked, to see whether it stands, and the resource waits for its window.
      if (outsideMs + coalesceMs >= world.nowMs) continue;
      if (!isAsDeclared({ world, props }, resource))
        accuse(`${resource.id} is Ready and not as declared`);
    }
  },
});

/** Watches are live, or have failed, before anything is observed. */
export const watchesFirst: CreateInvariant = ({ world, accuse }) => ({
  proves: "promise 3, D2",
  hear(fact) {
    const { process } = world;
    if (fact.type !== "begins" || process === undefined || process.how !== "serve") return;
    if (fact.call.verb !== "observe" && fact.call.verb !== "snapshot") return;
    for (const id of fact.call.ids) {
      const kind = id.slice(0, id.indexOf(":"));
      if (world.canWatch(kind) && !process.sources.wasTried(kind))
        accuse(`${id} is observed before its watch is live`);
    }
  },
});

/** The longest that a watch may stay away while nothing is wrong: the cap of its restarts, and a little. */
const LONGEST_ABSENCE_MS = 305_000;

/** A watch that ended is set up again. */
export const watchesReturn: CreateInvariant = ({ world, chronicle, accuse }) => ({
  proves: "D9",
  check() {
    const { process, graph } = world;
    if (process === undefined || !world.isServing || !world.isCalm) return;
    if (world.nowMs - chronicle.calmSinceMs < LONGEST_ABSENCE_MS) return;
    for (const { kind } of graph?.resources ?? []) {
      if (world.canWatch(kind) && !process.sources.isFromWatch(kind))
        accuse(`nothing is noticed of ${kind}, and nothing was wrong for a while`);
    }
  },
});

/** How long a dependent may take to be released, in milliseconds: a window, and a little. */
const RELEASED_WITHIN_MS = 2_000;

/** What a failure held back goes on when it is over. */
export const released: CreateInvariant = ({ world, chronicle, accuse }) => ({
  proves: "promise 4: dependents of a failure are released when it recovers",
  check() {
    const { process } = world;
    if (process === undefined || !world.isServing || !world.isCalm) return;
    for (const { id } of world.graph?.resources ?? []) {
      const status = process.status(id);
      if (status?.type !== "Blocked" || process.status(status.by)?.type !== "Ready") continue;
      const { resultMs, outsideMs } = chronicle.of(status.by);
      const { calmSinceMs, declaredMs } = chronicle;
      const since = Math.max(resultMs, outsideMs, calmSinceMs, declaredMs, status.sinceMs);
      if (world.nowMs - since > RELEASED_WITHIN_MS)
        accuse(`${id} is held back by ${status.by}, which is Ready`);
    }
  },
});

/** One sick resource does not make others fail. */
export const isolation: CreateInvariant = ({ world, chronicle, accuse }) => ({
  proves: "promise 13",
  hear(fact) {
    if (fact.type !== "event" || fact.event.type !== "result") return;
    const { id, status, fault } = fact.event.result;
    if (status !== "failed" && status !== "unknown") return;
    if (fault?.reason === "OutcomeUnknown" || world.hasErrnos || world.disk.isFull) return;
    // A directory that left the manifest may hold what was never ours.
    if (world.resource(id) === undefined && fault?.reason === "DirectoryNotEmpty") return;
    const { observedAt, attemptAt, outsideAt } = chronicle.of(id);
    const began = status === "failed" ? attemptAt : observedAt;
    // Another manifest is no reason for what was applied under the old one not to be as that said.
    const isReload = fault?.reason !== "NotConverged";
    const declaredAt = isReload ? chronicle.declaredAt : -1;
    const since = Math.max(chronicle.reliefAt, declaredAt, chronicle.bootAt, outsideAt);
    if (began <= since || isExplained(id, { world, chronicle })) return;
    accuse(`${id} ${status} (${fault?.reason}: ${fault?.message}), and nothing was wrong with it`);
  },
});

function isExplained(
  id: ResourceId,
  { world, chronicle }: Pick<Court, "world" | "chronicle">,
): boolean {
  // A single pass has seen to its ancestors once, and does not come back to them.
  const since = world.isServing ? Math.max(chronicle.reliefAt, chronicle.bootAt) : chronicle.bootAt;
  const ancestors = [...chronicle.ancestors(id)];
  // What was there to stand on may have been taken away and be on its way back.
  if (ancestors.some((one) => chronicle.of(one).outsideAt > since)) return true;
  return [id, ...ancestors, ...world.neighbours(id)].some((one) => chronicle.of(one).isSuspect);
}

/** The generation that was observed never goes back. */
export const generationsRise: CreateInvariant = ({ world, accuse }) => {
  const seen = new Map<string, number>();
  return {
    proves: "promise 14, F2",
    hear(fact) {
      if (fact.type === "boots" || fact.type === "dies") seen.clear();
    },
    check() {
      for (const { id } of world.graph?.resources ?? []) {
        const observed = world.process?.status(id)?.observedGeneration;
        if (observed === undefined) continue;
        const before = seen.get(id) ?? 0;
        if (observed < before)
          accuse(`${id} was observed under ${before} and now under ${observed}`);
        if (observed > world.generation)
          accuse(`${id} is observed under ${observed}, not declared yet`);
        seen.set(id, observed);
      }
    },
  };
};

const LINES = /^(?:name x\n)?(?:(?:port|user) (?:80|8080)\n)*$/;

/** What is on the disk after power was lost is the old or the new, never a mixture. */
export const nothingTorn: CreateInvariant = ({ world, accuse }) => {
  let hasLostPower = false;
  return {
    proves: "K1: a write is whole or not at all",
    hear(fact) {
      if (fact.type === "dies" && fact.how === "lost power") hasLostPower = true;
    },
    check() {
      if (!hasLostPower) return;
      hasLostPower = false;
      const { inspect } = world.kernel;
      for (const { kind, name } of world.graph?.resources ?? []) {
        const text = kind === "file" ? inspect.text(name) : undefined;
        if (text !== undefined && text !== TAMPERED && !CONTENTS.includes(text))
          accuse(`${name} holds ${JSON.stringify(text.slice(0, 40))} after power was lost`);
      }
      const lines = inspect.text("/etc/lines") ?? "";
      if (!LINES.test(lines))
        accuse(`/etc/lines holds ${JSON.stringify(lines)} after power was lost`);
    },
  };
};
