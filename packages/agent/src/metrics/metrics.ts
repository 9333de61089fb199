import { type Clock, type EngineEvent, kindOf, type ResourceId } from "@holdfast/core";
import { type Component, textReply } from "@holdfast/daemonkit";
import type { RunObserver, Stage } from "@holdfast/engine";
import type { Served } from "../control/served.ts";
import { LoopLag } from "./loop-lag.ts";
import {
  Counter,
  EXPOSITION_TYPE,
  expositionOf,
  gauge,
  Histogram,
  type Metric,
  total,
} from "./exposition.ts";

/** Seconds; what a repair may take, from a millisecond to a minute. */
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60];
/** Seconds; the buckets of one observation. */
const OBSERVE_BOUNDS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60];

/** Counts what an agent does while it serves. All that grows is bounded by the kinds and the reasons there are. */
export class Metrics {
  /** Gets the durations of observations. */
  readonly observer: RunObserver;
  readonly #lag = new LoopLag();
  readonly #drifts = new Counter({
    name: "holdfast_drifts_total",
    help: "Resources that were found to have drifted.",
  });
  readonly #repairs = new Counter({
    name: "holdfast_repairs_total",
    help: "Drifts that were corrected.",
  });
  readonly #changes = new Counter({
    name: "holdfast_changes_total",
    help: "New intents that were carried out.",
  });
  readonly #failures = new Counter({
    name: "holdfast_failures_total",
    help: "Runs that failed, were denied, or could not see, by the reason.",
  });
  readonly #watchFailures = new Counter({
    name: "holdfast_watch_failures_total",
    help: "Watches that ended or could not be opened.",
  });
  readonly #watchRestarts = new Counter({
    name: "holdfast_watch_restarts_total",
    help: "Watches that are live again after a failure.",
  });
  readonly #latency = new Histogram(
    {
      name: "holdfast_repair_latency_seconds",
      help: "From the first word of a drift to its verified repair.",
    },
    LATENCY_BOUNDS,
  );
  readonly #observations = new Histogram(
    { name: "holdfast_observe_seconds", help: "What one observation of one resource takes." },
    OBSERVE_BOUNDS,
  );

  /** By kind: there are thousands of observations in a resync. */
  readonly #recorders = new Map<string, (seconds: number) => void>();

  constructor(clock: Clock) {
    const stage = (id: ResourceId, name: Stage): (() => void) => {
      if (name !== "observe") return nothing;
      const record = this.#recorderOf(kindOf(id));
      const startedAtMs = clock.monotonicMs();
      return () => record((clock.monotonicMs() - startedAtMs) / 1_000);
    };
    const ended: RunObserver["ended"] = (id, { verdict, reason = "" }) => {
      if (FAILURES.has(verdict)) this.#failures.add({ kind: kindOf(id), reason });
    };
    this.observer = { stage, ended };
  }

  /** Takes the events of the agent. */
  note(event: EngineEvent): void {
    switch (event.type) {
      case "drift":
        this.#drifts.add({ kind: kindOf(event.id) });
        break;
      case "result":
        this.#noteResult(event);
        break;
      case "degraded":
      case "recovered": {
        const watched = /^watch:(.+)$/.exec(event.subject)?.[1];
        if (watched === undefined) break;
        const counter = event.type === "degraded" ? this.#watchFailures : this.#watchRestarts;
        counter.add({ kind: watched });
        break;
      }
      default:
    }
  }

  /** The text of all metrics, with what is known of the agent now. */
  text(served: Served): string {
    return expositionOf([
      this.#drifts,
      this.#repairs,
      this.#changes,
      this.#failures,
      this.#latency,
      this.#observations,
      this.#watchFailures,
      this.#watchRestarts,
      ...gaugesOf(served),
      this.#lag.metric(),
    ]);
  }

  #recorderOf(kind: string): (seconds: number) => void {
    const known = this.#recorders.get(kind);
    if (known !== undefined) return known;
    const made = this.#observations.recorder({ kind });
    this.#recorders.set(kind, made);
    return made;
  }

  #noteResult({ result, latencyMs }: EngineEvent & { readonly type: "result" }): void {
    const { id, status, cause } = result;
    const kind = kindOf(id);
    if (status !== "changed") return;
    (cause === "drift" ? this.#repairs : this.#changes).add({ kind });
    if (cause === "drift") this.#latency.observe({ kind }, latencyMs / 1_000);
  }
}

/** `GET /metrics`. */
export function metricsComponent(metrics: Metrics, served: Served): Component {
  const respond = () => textReply(metrics.text(served), EXPOSITION_TYPE);
  return { name: "metrics", routes: [{ method: "GET", path: "", respond }] };
}

function gaugesOf(served: Served): readonly Metric[] {
  const one = (name: string, help: string, read: () => number): Metric =>
    gauge({ name, help }, () => [[{}, read()]]);
  const { waiting, running } = served.engine.workCounts();
  return [
    gauge({ name: "holdfast_resources", help: "Resources by their status." }, () => {
      const groups = Map.groupBy(served.engine.statuses(), ({ status }) => status.type);
      return [...groups].map(([status, { length }]) => [{ status }, length] as const);
    }),
    one("holdfast_queue_waiting", "Resources that wait for their run.", () => waiting),
    one("holdfast_queue_running", "Resources that are being worked on.", () => running),
    one(
      "holdfast_degraded",
      "What works less well than it should.",
      () => served.conditions().size,
    ),
    one("holdfast_paused", "1 while an operator has paused the agent.", () =>
      served.paused() === undefined ? 0 : 1,
    ),
    one("holdfast_generation", "The generation that is declared.", () => served.generation()),
    one(
      "holdfast_observed_generation",
      "The last one that was wholly evaluated; 0 before.",
      () => served.observedGeneration() ?? 0,
    ),
    one(
      "holdfast_overdue_seconds",
      "For how long something has been due.",
      () => served.engine.overdueMs() / 1_000,
    ),
    one("process_resident_memory_bytes", "Memory of the agent.", () => process.memoryUsage.rss()),
    total({ name: "process_cpu_seconds_total", help: "Time that the agent has used." }, () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    }),
    one(
      "process_start_time_seconds",
      "When it started, since 1970.",
      () => served.startedAtMs / 1_000,
    ),
  ];
}

/** Verdicts that are failures. */
const FAILURES: ReadonlySet<string> = new Set(["failed", "unknown", "denied"]);

function nothing(): void {}
