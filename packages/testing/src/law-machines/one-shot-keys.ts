import assert from "node:assert/strict";
import type { OneShots } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

type Ending = "begun" | "done";

/** Keys of one-shots that outlive a machine's crash, as the ledger's do; every change of them goes through a gate. */
export class OneShotKeys {
  readonly #keys: Map<string, Ending>;

  constructor(keys: Iterable<readonly [string, Ending]> = []) {
    this.#keys = new Map(keys);
  }

  /** The same keys as of now, for a machine of its own. */
  copy(): OneShotKeys {
    return new OneShotKeys(this.#keys);
  }

  /** Keys that were begun and not ended: nobody knows whether their effect happened. */
  cutOff(): readonly string[] {
    return [...this.#keys].filter(([, ending]) => ending === "begun").map(([key]) => key);
  }

  /** A person has looked, and says that the cut-off ones may run again. */
  sayAgain(): void {
    for (const key of this.cutOff()) this.#keys.delete(key);
  }

  /** The port. What is in doubt or done must not begin again by itself: that is an assertion. */
  through(gate: CallGate): OneShots {
    const change = (name: string, run: () => void, signal: AbortSignal): Promise<void> =>
      gate.port({ name: `oneShots.${name}`, isMutation: true }, async () => run(), signal);
    return {
      state: (key) => this.#keys.get(key),
      begin: (key, signal) => change("begin", () => this.#begin(key), signal),
      done: (key, signal) => change("done", () => void this.#keys.set(key, "done"), signal),
      forget: (key, signal) => change("forget", () => void this.#keys.delete(key), signal),
    };
  }

  #begin(key: string): void {
    const ending = this.#keys.get(key);
    assert.equal(ending, undefined, `the one-shot ${key} is ${ending} and begins again by itself`);
    this.#keys.set(key, "begun");
  }
}
