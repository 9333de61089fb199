import type { ResourceId } from "@holdfast/core";
import { isOpen } from "../machine/gates.ts";
import type { World } from "../machine/world.ts";
import type { CreateInvariant } from "./invariant.ts";

/** How long a gate that turned may go unnoticed while nothing is wrong, in milliseconds: a window, and a little. */
const NOTICED_WITHIN_MS = 2_000;

/** Whether a gate is open, by resource, and since when. */
class Gates {
  readonly #world: World;
  readonly #known = new Map<ResourceId, { isOpen: boolean; at: number; atMs: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Checks all gates; `at` is the number of the fact that may have turned one. */
  observe(at: number): void {
    // What left the manifest waits for the gate that it had.
    for (const id of this.#known.keys()) {
      if (this.#world.resource(id) === undefined) this.#known.delete(id);
    }
    for (const { id, meta } of this.#world.graph?.resources ?? []) {
      if (meta.condition === undefined) this.#known.delete(id);
      else this.#note(id, at);
    }
  }

  /** `undefined` for what is behind no gate. */
  of(id: ResourceId) {
    return this.#known.get(id);
  }

  #note(id: ResourceId, at: number): void {
    const isNowOpen = isOpen(this.#world, id);
    if (this.#known.get(id)?.isOpen === isNowOpen) return;
    this.#known.set(id, { isOpen: isNowOpen, at, atMs: this.#world.nowMs });
  }
}

/** Nothing behind a closed gate is observed or written, on any path, nor does it fail. */
export const gatesHold: CreateInvariant = ({ world, chronicle, accuse }) => {
  const gates = new Gates(world);
  return {
    proves: "D11, B5: gates hold in every path, the first pass included",
    hear(fact) {
      if (["gate", "declared", "boots"].includes(fact.type)) gates.observe(chronicle.now);
      if (fact.type === "begins") for (const id of fact.call.ids) checkBegin(fact.call.verb, id);
      if (fact.type !== "event" || fact.event.type !== "result") return;
      const { id, status, fault } = fact.event.result;
      if (status !== "failed" && status !== "unknown") return;
      // A lane in which given-up work hangs fails all that wait for it.
      const { attemptAt, observedAt } = chronicle.of(id);
      // What began under an old manifest knows of no gate that the new one has.
      if ((status === "failed" ? attemptAt : observedAt) < chronicle.declaredAt) return;
      if (gates.of(id)?.isOpen === false && fault?.reason !== "ResourceTimeout")
        accuse(`${id} is ${status} although its gate is closed`);
    },
  };

  function checkBegin(verb: string, id: ResourceId): void {
    const gate = gates.of(id);
    const { observedAt, resultAt } = chronicle.of(id);
    if (gate === undefined || gate.isOpen || verb === "snapshot") return;
    // Others are observed to find whether their dependents can run.
    if (verb === "observe" || observedAt < chronicle.declaredAt) return;
    const beganAt = Math.max(resultAt, chronicle.bootAt, chronicle.declaredAt);
    const wasNoticed = world.isCalm && gate.atMs > chronicle.calmSinceMs && gate.atMs < world.nowMs;
    // An apply is followed by a refresh that is owed, whatever happened meanwhile.
    if (gate.at < beganAt || (wasNoticed && verb === "apply"))
      accuse(`${verb} of ${id} begins ${world.nowMs - gate.atMs} ms after its gate closed`);
  }
};

/** A gate that turns is an event: what waits for it goes on, and what is behind it waits. */
export const gatesAreNoticed: CreateInvariant = ({ world, chronicle, accuse }) => {
  const gates = new Gates(world);
  return {
    proves: "D11, B5: opening is an event; when it closes again the resource waits",
    hear(fact) {
      if (["gate", "declared", "boots"].includes(fact.type)) gates.observe(chronicle.now);
    },
    check() {
      const { process, graph } = world;
      if (process === undefined || !world.isServing || !world.isCalm) return;
      for (const { id } of graph?.resources ?? []) {
        const gate = gates.of(id);
        const status = process.status(id);
        if (gate === undefined || status === undefined || !isKnowable(gate.atMs)) continue;
        const isWaiting = status.type === "Waiting" && status.for === "condition";
        if (gate.isOpen && isWaiting) accuse(`${id} still waits for a gate that is open`);
        if (!gate.isOpen && !isWaiting && status.type !== "Blocked")
          accuse(`${id} is ${status.type} although its gate is closed`);
      }
    },
  };

  /** It turned while nothing was wrong, and long enough ago. */
  function isKnowable(turnedMs: number): boolean {
    const wasNoticed = turnedMs > chronicle.calmSinceMs;
    const lastNewsMs = Math.max(turnedMs, chronicle.declaredMs);
    return wasNoticed && world.nowMs - lastNewsMs > NOTICED_WITHIN_MS;
  }
};
