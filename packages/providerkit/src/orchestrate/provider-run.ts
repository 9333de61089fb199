import type { Clock, FaultData, Hash, Secret } from "@holdfast/core";
import type { Executor } from "../provider/executor.ts";
import type { Plan } from "../provider/plan.ts";
import type { ProviderEventSink } from "../provider/provider-event.ts";
import type { Provider } from "../provider/provider.ts";
import type { Result } from "../provider/result.ts";
import type { StateStore } from "../state/state-store.ts";
import type { ProviderEntry } from "./provider-entry.ts";

/** What is to be done: `plan` writes nothing, `refresh` only the state. */
export type RunMode = "plan" | "apply" | "refresh";

/** How a provider ended (P3). */
export type OutcomeStatus =
  | "synced"
  | "drifted"
  | "applied"
  | "partial"
  | "failed"
  | "skipped"
  | "suspended";

/** What became of one provider. */
export interface ProviderOutcome {
  readonly type: string;
  readonly status: OutcomeStatus;
  readonly plan?: Plan;
  readonly results: readonly Result[];
  readonly warnings: readonly string[];
  readonly fault?: FaultData;
  /** Of a skipped one: the provider that failed, not the one in between. */
  readonly root?: string;
}

/** What a run of one provider works with. */
export interface ProviderRun {
  readonly provider: Provider;
  readonly entry: ProviderEntry;
  readonly configPath: string;
  readonly store: StateStore;
  readonly execute: Executor;
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly hash: Hash;
  readonly sink: ProviderEventSink;
  readonly token: Secret | undefined;
  readonly mode: RunMode;
  /** A plan that was made before: nothing else is applied. */
  readonly retained?: Plan | undefined;
}
