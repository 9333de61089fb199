import type { Engine, Report, ServeOptions } from "@holdfast/engine";
import type { Monitor } from "@holdfast/daemonkit";

/** What the loop runs with. */
export interface LoopOptions {
  readonly serve: ServeOptions;
  /** An engine that knows what is declared; the first time the one that was prepared, then a new one each time. */
  readonly engine: () => Promise<Engine>;
  /** It has ended by itself or because it was stopped. */
  readonly onReport: (report: Report) => void;
}

/**
 * The loop itself: watches, first pass, and then every hint. An engine that breaks is replaced; durable facts are in
 * the ledger, and the rest is observed again.
 */
export function loopMonitor(options: LoopOptions): Monitor {
  return {
    name: "loop",
    async run(_context, signal) {
      const engine = await options.engine();
      options.onReport(await engine.serve(options.serve, signal));
    },
  };
}
