import { type OneShots, throwIfAborted } from "@holdfast/core";

/** Keys of one-shots in memory; durable as long as the object is kept. */
export function simulatedOneShots(): OneShots {
  const keys = new Map<string, "begun" | "done">();
  return {
    state: (key) => keys.get(key),
    async begin(key, signal) {
      throwIfAborted(signal);
      keys.set(key, "begun");
    },
    async done(key, signal) {
      throwIfAborted(signal);
      keys.set(key, "done");
    },
    async forget(key, signal) {
      throwIfAborted(signal);
      keys.delete(key);
    },
  };
}
