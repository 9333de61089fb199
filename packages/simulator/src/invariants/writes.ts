import type { ResourceId } from "@holdfast/core";
import type { Call, Fact } from "../machine/fact.ts";
import type { CreateInvariant } from "./invariant.ts";

/** Two writes never meet in one lane, nor on one resource. */
export const oneAtATime: CreateInvariant = ({ world, accuse }) => {
  const busy = new Map<string, Call>();
  return {
    proves: "promises 2 and 10",
    hear(fact) {
      if (fact.type === "dies") busy.clear();
      if (!isWrite(fact)) return;
      const { call } = fact;
      if (fact.type === "ends") {
        for (const [lane, holder] of busy) if (holder === call) busy.delete(lane);
        return;
      }
      for (const lane of new Set([...call.ids.flatMap((id) => world.lanesOf(id)), ...call.ids])) {
        const other = busy.get(lane);
        if (other !== undefined)
          accuse(`${inWords(call)} begins while ${inWords(other)} is under way in ${lane}`);
        busy.set(lane, call);
      }
    },
  };
};

/** What an attempt is going to do is on the disk before it does it. */
export const intentFirst: CreateInvariant = ({ world, accuse }) => ({
  proves: "promise 9",
  hear(fact) {
    if (!isWrite(fact) || fact.type !== "begins") return;
    const { attempt } = fact.call;
    if (attempt !== undefined && !world.disk.durableText.includes(`"${attempt}"`))
      accuse(`${inWords(fact.call)} begins and its intent is not in the ledger`);
    for (const id of fact.call.ids) {
      const status = world.process?.status(id)?.type;
      // It may have been dropped from the manifest while its intent was on its way to the disk.
      const isDropped = status === undefined && world.resource(id) === undefined;
      if (status !== "Reconciling" && !isDropped)
        accuse(`${id} is being changed and its status is ${status}`);
    }
  },
});

/** A resource is changed only while everything it depends on stands. */
export const dependenciesFirst: CreateInvariant = ({ world, chronicle, accuse }) => ({
  proves: "promise 4",
  hear(fact) {
    if (fact.type !== "begins" || fact.call.verb !== "apply") return;
    for (const id of fact.call.ids) {
      const { observedAt, observeMs } = chronicle.of(id);
      if (observedAt < chronicle.declaredAt) continue;
      for (const { id: dependency } of chronicle.dependencies(id)) {
        const { observedAt: seenAt, outsideAt, resultAt, resultMs } = chronicle.of(dependency);
        // A change of the dependency after the observation, or during it, could not be known.
        if (Math.max(seenAt, outsideAt, resultAt) > observedAt || resultMs >= observeMs) continue;
        const status = world.process?.status(dependency)?.type;
        if (status !== "Ready" && status !== "Drifted")
          accuse(`${id} is changed while ${dependency}, which it depends on, is ${status}`);
      }
    }
  },
});

/** What is only to be observed is never written. */
export const restraint: CreateInvariant = ({ world, chronicle, accuse }) => ({
  proves: "D17, T: noop lost in groups or in the loop",
  hear(fact) {
    if (fact.type !== "begins" || !isWrite(fact)) return;
    if (world.options.mode === "detect") accuse(`${inWords(fact.call)} in detect mode`);
    for (const id of fact.call.ids) {
      if (chronicle.of(id).observedAt < chronicle.declaredAt) continue;
      if (world.isOnlyObserved(id)) accuse(`${inWords(fact.call)}, and it is only to be observed`);
    }
  },
});

/** While the agent is paused nothing is begun. What was observed before goes on to its end. */
export const pauses: CreateInvariant = ({ world, chronicle, accuse }) => {
  let pausedAt = -1;
  return {
    proves: "design §1: what is paused is neither observed nor changed",
    hear(fact) {
      if (fact.type === "paused") pausedAt = chronicle.now;
      if (fact.type !== "begins" || fact.call.verb !== "apply" || !world.isPaused) return;
      if (pausedAt < 0) return;
      for (const id of fact.call.ids) {
        if (chronicle.of(id).attemptAt > pausedAt) accuse(`${id} is changed during a pause`);
      }
    },
    check() {
      if (!world.isPaused) pausedAt = -1;
    },
  };
};

/** What removes a temporary file that an attempt left. */
const CLEARING = /^(?:unlink \.holdfast-|syncPath$)/;

/** Nothing is written, neither to the disk nor to the ledger, but by an attempt. */
export const silence: CreateInvariant = ({ world, accuse }) => {
  let open = 0;
  let mayWrite = false;
  let before = { writes: 0, calls: 0, kernel: world.kernel };
  const take = () => ({
    writes: world.disk.writes,
    calls: world.kernel.callLog.filter((call) => !CLEARING.test(call)).length,
    kernel: world.kernel,
  });
  return {
    proves: "promise 9: what changes nothing writes nothing; one path",
    hear(fact) {
      if (fact.type === "pausing") mayWrite = true;
      if (fact.type === "dies" || fact.type === "boots" || fact.type === "declared") {
        open = 0;
        mayWrite = true;
      }
      // What left the manifest and is gone is forgotten.
      if (fact.type === "event" && fact.event.type === "result") {
        if (world.resource(fact.event.result.id) === undefined) mayWrite = true;
      }
      if (!isWrite(fact)) return;
      mayWrite = true;
      open += fact.type === "begins" ? 1 : -1;
    },
    check() {
      const now = take();
      const isSame = now.kernel === before.kernel;
      if (!mayWrite && isSame && now.writes !== before.writes)
        accuse("the ledger was written and nothing was changed");
      if (!mayWrite && isSame && now.calls !== before.calls)
        accuse(`${world.kernel.callLog.slice(-5).join(", ")} outside of an attempt`);
      before = now;
      // An attempt that is being verified, or was cut off in an earlier run, has its outcome still to write.
      const isOwed = (world.process?.ledger.inFlight().length ?? 0) > 0;
      mayWrite = open > 0 || isOwed;
    },
  };
};

/** A one-shot runs once, whatever happens to the agent. */
export const onceOnly: CreateInvariant = ({ props, accuse }) => ({
  proves: "K5, promise 9: a one-shot is never run again by itself",
  check() {
    for (const [key, count] of props.oneShots) {
      if (count > 1) accuse(`the one-shot ${key} ran ${count} times`);
    }
  },
});

type WriteFact = Extract<Fact, { type: "begins" | "ends" }>;

function isWrite(fact: Fact): fact is WriteFact {
  if (fact.type !== "begins" && fact.type !== "ends") return false;
  return fact.call.verb !== "observe" && fact.call.verb !== "snapshot";
}

function inWords({ verb, ids }: { verb: string; ids: readonly ResourceId[] }): string {
  return `${verb} of ${ids.join(" + ")}`;
}
