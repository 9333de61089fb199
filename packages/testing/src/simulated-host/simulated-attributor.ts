import {
  type Attribution,
  type AttributionQuestion,
  type Attributor,
  throwIfAborted,
} from "@holdfast/core";

/** An attributor whose answers are set, and what it was asked. */
export interface SimulatedAttributor extends Attributor {
  /** By path; a question gets the first answer there is for one of its paths, else unknown. */
  readonly culprits: Map<string, Attribution>;
  /** Oldest first. */
  readonly asked: readonly AttributionQuestion[];
  /** Until the returned function is called, no question is answered. */
  hold(): () => void;
}

/** An attributor of a simulated machine, where nobody did anything until somebody says so. */
export function simulatedAttributor(): SimulatedAttributor {
  const culprits = new Map<string, Attribution>();
  const asked: AttributionQuestion[] = [];
  let held: Promise<void> = Promise.resolve();
  return {
    culprits,
    asked,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async whoChanged(question, signal) {
      asked.push(question);
      await held;
      throwIfAborted(signal);
      for (const path of question.paths) {
        const culprit = culprits.get(path);
        if (culprit !== undefined) return culprit;
      }
      return { type: "unknown", observed: [] };
    },
  };
}
