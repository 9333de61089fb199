import type { RunObserver } from "@holdfast/engine";

/** One observer that calls others; `undefined` when there are none. */
export function joinObservers(
  observers: readonly (RunObserver | undefined)[],
): RunObserver | undefined {
  const present = observers.filter((observer) => observer !== undefined);
  const [first] = present;
  if (present.length <= 1) return first;
  return {
    stage(id, stage) {
      const ends = present.map((observer) => observer.stage(id, stage));
      return () => {
        for (const end of ends) end();
      };
    },
    ended(id, end) {
      for (const observer of present) observer.ended(id, end);
    },
  };
}
