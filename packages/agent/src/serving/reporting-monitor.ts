import type { Fault } from "@holdfast/core";
import { DaemonFault, type Monitor } from "@holdfast/daemonkit";

/** Shows how the event log is kept, which mends itself. */
export interface Reporting {
  readonly monitor: Monitor;
  /** Takes why the event log cannot be written, and `undefined` when it can be again. */
  note(fault: Fault | undefined): void;
}

/** Makes the monitor of the event log. */
export function createReporting(): Reporting {
  let condition: DaemonFault | undefined;
  let show = (): void => {};
  return {
    note(fault) {
      condition =
        fault === undefined ? undefined : new DaemonFault({ ...fault.toJSON(), cause: fault });
      show();
    },
    monitor: {
      name: "reporting",
      async run({ connectivity }, signal) {
        show = () => connectivity(condition);
        show();
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
          if (signal.aborted) resolve();
        });
      },
    },
  };
}
