import type { Clock } from "@holdfast/core";
import { type Monitor, sleep } from "@holdfast/daemonkit";
import type { EventInput } from "@holdfast/daemonkit/eventlog";
import type { RemovedFile } from "@holdfast/daemonkit/prune";

/** What the monitor prunes with. */
export interface PruningOptions {
  readonly clock: Clock;
  /** Removes what is to go and says what it was. */
  readonly prune: (signal: AbortSignal) => Promise<readonly RemovedFile[]>;
  /** Takes what was removed, as an entry of the event log. */
  readonly onRemoved: (entry: EventInput) => void;
}

const BETWEEN_MS = 3_600_000;

/** Prunes when it starts and once an hour. It crashes when a file that is to go cannot be removed. */
export function pruningMonitor({ clock, prune, onRemoved }: PruningOptions): Monitor {
  return {
    name: "pruning",
    async run(_, signal) {
      while (!signal.aborted) {
        const removed = await prune(signal);
        if (removed.length > 0) onRemoved(removedEntry(removed));
        await sleep(clock, BETWEEN_MS, signal);
      }
    },
  };
}

function removedEntry(removed: readonly RemovedFile[]): EventInput {
  const names = removed.map(({ name }) => name);
  const message = `removed old files of the event log: ${names.join(", ")}`;
  const data = { removed: removed.map((file) => ({ ...file })) };
  return { level: "info", reason: "EventsPruned", message, data };
}
