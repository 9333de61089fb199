import { type EngineEvent, type FaultData, parseResourceId, type ResourceId } from "@holdfast/core";

/** The subjects of watches have the form of resource ids, and are none. */
const WATCH_PREFIX = "watch:";

/** Keeps what works less well than it should, as events report it; bounded by the number of subjects. */
export class AgentConditions {
  readonly #faults = new Map<string, FaultData>();

  /** Takes an event; most change nothing. */
  note(event: EngineEvent): void {
    if (event.type === "degraded") this.#faults.set(event.subject, event.fault);
    if (event.type === "recovered") this.#faults.delete(event.subject);
  }

  /** What is left, without the condition of resources that are no longer declared. */
  current(isDeclared: (id: ResourceId) => boolean): ReadonlyMap<string, FaultData> {
    for (const subject of this.#faults.keys()) {
      const id = subject.startsWith(WATCH_PREFIX) ? undefined : parseResourceId(subject);
      if (id !== undefined && !isDeclared(id)) this.#faults.delete(subject);
    }
    return this.#faults;
  }
}
