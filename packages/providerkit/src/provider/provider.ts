import type { Observation } from "@holdfast/core";
import type { StateContent, State } from "../state/state.ts";
import type { Executor } from "./executor.ts";
import type { Plan, PlanContent } from "./plan.ts";
import type { Action } from "./action.ts";
import type { ProviderStatus } from "./provider-status.ts";
import type { Result } from "./result.ts";

/**
 * A system that is kept as declared, in seven methods. The kit calls them in this order: `loadConfig`, `fetchLive`,
 * `computePlan`, `applyPlan`, then `fetchLive` again, and `buildState` from that. What a provider throws is a `Fault`; anything
 * else is taken for a mistake of the provider (`Internal`), and it fails alone.
 */
export interface Provider<Config = unknown, Live = unknown> {
  /** Lower-case words joined by hyphens: `redis-acl`. Its state file and its tokens are named after it. */
  readonly type: string;
  /**
   * Reads what is declared, below a directory.
   * @throws {Fault} InputInvalid with every mistake; ProviderNotReady, when it needs something that does not exist yet.
   */
  loadConfig(root: string, signal: AbortSignal): Promise<Config>;
  /** Reads the whole system. One that does not answer is `unknown`, never empty; the same holds for each object in it. */
  fetchLive(config: Config, signal: AbortSignal): Promise<Observation<Live>>;
  /** Compares. Pure: equal arguments give equal plans, nothing is written and nothing is asked. */
  computePlan(config: Config, live: Live, state: State | undefined): PlanContent;
  /** Does what a plan says, each action through `execute`. One result for each action; failures are results, not errors. */
  applyPlan(plan: Plan, execute: Executor, signal: AbortSignal): Promise<readonly Result[]>;
  /** What is to be remembered, of what was observed after the apply. Pure. No secret is in it, but for keyed digests. */
  buildState(config: Config, live: Live, existing: State | undefined): StateContent;
  /** What the last calls showed. */
  health(): ProviderStatus;
  /** Observes what one action is about. Without it the whole system is read once after the actions. */
  observeOne?(action: Action, signal: AbortSignal): Promise<Observation<unknown>>;
  /** Takes the token that is meant for this provider and no other. */
  setToken?(token: string): void;
  /** Writes what is live as a configuration below a directory. */
  exportConfig?(root: string, signal: AbortSignal): Promise<void>;
}
