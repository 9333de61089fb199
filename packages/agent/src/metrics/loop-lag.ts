import { monitorEventLoopDelay } from "node:perf_hooks";
import { gauge, type Metric } from "./exposition.ts";

/** How often the loop is measured while the metrics are read. */
const RESOLUTION_MS = 100;
/** They were not read for so long: the loop is measured no more. */
const UNREAD_MS = 180_000;
const PER_SECOND = 1e9;

/**
 * How late the event loop is. It is measured only while it is read, because measuring wakes an idle agent; the
 * first reading after a while has nothing to say yet.
 */
export class LoopLag {
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** What was measured since the last reading. */
  metric(): Metric {
    const measured = this.#read();
    const name = "holdfast_event_loop_lag_seconds";
    const help = "How late the event loop was since the last reading.";
    return gauge({ name, help }, () => measured);
  }

  #read(): readonly (readonly [{ readonly quantile: string }, number])[] {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop(), UNREAD_MS).unref();
    const delay = this.#delay;
    if (delay === undefined) {
      this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#delay.enable();
      return [];
    }
    const late = (nanoseconds: number): number =>
      Math.max(0, nanoseconds / PER_SECOND - RESOLUTION_MS / 1_000);
    const quantiles = delay.count === 0 ? [] : [50, 99, 100];
    const values = quantiles.map(
      (percent) => [{ quantile: String(percent / 100) }, late(delay.percentile(percent))] as const,
    );
    delay.reset();
    return values;
  }

  #stop(): void {
    this.#delay?.disable();
    this.#delay = undefined;
  }
}
