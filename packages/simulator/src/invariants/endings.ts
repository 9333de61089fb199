import { isAsDeclared } from "../machine/truth.ts";
import type { ResourceId, ResourceStatus } from "@holdfast/core";
import { isOpen } from "../machine/gates.ts";
import type { World } from "../machine/world.ts";
import type { CreateInvariant } from "./invariant.ts";

/** After a stop was asked for, the longest that the end may take: the grace, the time to let go, and a little. */
const GRACE_MS = 30_000;
const LONGEST_STOP_MS = GRACE_MS + 11_000 + 1_000;

/** A stop begins nothing new, ends in its time, and leaves nothing behind. */
export const stops: CreateInvariant = ({ world, chronicle, accuse }) => {
  let stoppingSinceMs: number | undefined;
  return {
    proves: "promise 12, D14",
    hear(fact) {
      if (fact.type === "stopping") stoppingSinceMs = world.nowMs;
      if (fact.type === "boots") stoppingSinceMs = undefined;
      if (fact.type === "dies") {
        const isClean = fact.how === "stopped" && stoppingSinceMs !== undefined;
        const left = world.dying?.pendingTimers ?? 0;
        if (isClean && left > 0 && world.dying?.inTrouble.length === 0)
          accuse(`${left} timers are left after the end`);
        stoppingSinceMs = undefined;
      }
      if (fact.type !== "begins") return;
      if (world.process?.report !== undefined)
        accuse(`${fact.call.verb} of ${fact.call.ids.join()} after the end`);
      if (stoppingSinceMs === undefined || fact.call.verb !== "apply") return;
      for (const id of fact.call.ids) {
        if (chronicle.of(id).attemptAt > chronicle.stoppingAt)
          accuse(`${id} is applied, and the work on it began after the stop was asked for`);
      }
    },
    check() {
      if (stoppingSinceMs === undefined || world.process === undefined) return;
      const isGraceOver = world.nowMs - stoppingSinceMs > GRACE_MS;
      if (isGraceOver && world.process.hanging > 0) accuse("work that hangs was not aborted");
      if (world.process.report !== undefined) return;
      if (world.nowMs - stoppingSinceMs > LONGEST_STOP_MS)
        accuse(`it was asked to stop ${world.nowMs - stoppingSinceMs} ms ago and has not ended`);
    },
  };
};

/** When all trouble has ended, everything is as declared, and nothing is owed or left behind. */
export const convergence: CreateInvariant = ({ world, props, accuse }) => {
  /** What each attempt was on, also after the ledger has forgotten it. */
  const attempts: Attempts = new Map();
  return {
    proves: "promises 1, 7, 9, 13: it converges",
    hear(fact) {
      if (fact.type !== "begins" || fact.call.attempt === undefined) return;
      attempts.set(fact.call.attempt, fact.call.ids);
    },
    conclude(hasAsked) {
      const { process, graph, kernel } = world;
      if (process === undefined || graph === undefined)
        return accuse("there is no agent at the end");
      for (const resource of graph.resources) {
        const { id } = resource;
        const status = process.status(id);
        if (status === undefined) return accuse(`${id} is not known to the agent`);
        if (status.observedGeneration !== world.generation)
          accuse(`${id} was not observed under the present generation`);
        const isWritten = !world.isOnlyObserved(id);
        const isInDoubt = "fault" in status && status.fault.reason === "OutcomeUnknown";
        const isHeldBack =
          status.type === "Blocked" && (world.isInDoubt(status.by) || !isOpen(world, status.by));
        if (isInDoubt || isHeldBack) continue;
        if (!isOpen(world, id)) {
          if (status.type !== "Waiting" && status.type !== "Blocked")
            accuse(`${id} is ${status.type} behind a closed gate`);
          continue;
        }
        // What was refused for good, and what comes after it, waits for somebody to ask.
        if (!hasAsked && (isForPeople(status) || status.type === "Blocked")) continue;
        const isTrue = isAsDeclared({ world, props }, resource);
        if (isWritten && !isTrue) accuse(`${id} is not as declared (${JSON.stringify(status)})`);
        const expected = isTrue ? "Ready" : "Drifted";
        if (status.type !== expected) accuse(`${id} is ${JSON.stringify(status)}, not ${expected}`);
        const isOwed = isWritten && world.canRefresh(resource.kind) && process.ledger.owed(id);
        if (isOwed) accuse(`a refresh of ${id} is still owed`);
      }
      if (world.options.mode === "detect") return;
      const open = process.ledger.inFlight().filter(({ id }) => {
        const resource = world.resource(id);
        // Nobody observes a resource that a one-shot in doubt holds back.
        const isReady = process.status(id)?.type === "Ready";
        return resource !== undefined && !world.isOnlyObserved(id) && isReady;
      });
      if (open.length > 0) accuse(`attempts are still open: ${JSON.stringify(open)}`);
      if (world.hasRefusedRemovals) return;
      const litter = kernel.inspect.tree().filter((line) => line.includes(".holdfast-"));
      const ours = litter.filter((line) => isOfDeclared(world, attempts, line));
      if (ours.length > 0) accuse(`temporary files are left: ${ours.join("; ")}`);
    },
  };
};

type Attempts = Map<string, readonly ResourceId[]>;

function isForPeople(status: ResourceStatus): boolean {
  return "fault" in status && status.fault.retry === "never";
}

/** Whether a temporary file is of an attempt on something that is declared now. */
function isOfDeclared(world: World, attempts: Attempts, line: string): boolean {
  const [, attempt = ""] = /\.holdfast-([0-9a-f]+)/.exec(line) ?? [];
  // Nothing is cleared behind a closed gate.
  const isOurs = (id: ResourceId): boolean => world.resource(id) !== undefined && isOpen(world, id);
  return attempts.get(attempt)?.some(isOurs) === true;
}
