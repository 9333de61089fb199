import type { KnownConditions } from "../condition/known-conditions.ts";
import type { Replacement } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";
import { ConditionWatches } from "./condition-watches.ts";
import type { WatchStatus } from "./kept-watch.ts";
import { KindWatches } from "./kind-watches.ts";

/** All that the engine listens to: what resources are about, and what they wait for. */
export class Watches {
  readonly kinds: KindWatches;
  readonly conditions: ConditionWatches;

  constructor(runtime: Runtime, known: KnownConditions) {
    this.kinds = new KindWatches(runtime);
    this.conditions = new ConditionWatches(runtime, known);
  }

  /** Resolves when each watch is live, or has failed once and will be tried again. */
  async change(replacement: Replacement): Promise<void> {
    await Promise.all([this.kinds.change(replacement), this.conditions.change(replacement)]);
  }

  get statuses(): readonly WatchStatus[] {
    return [...this.kinds.statuses, ...this.conditions.statuses];
  }

  async close(): Promise<void> {
    await Promise.all([this.kinds.close(), this.conditions.close()]);
  }
}
