import type { LeafCondition } from "../condition/machine-condition.ts";
import type { Truth } from "../condition/judge-conditions.ts";
import type { Watch } from "./paths.ts";

/** What the machine says of conditions (B5). */
export interface MachineConditions {
  /**
   * Looks at one now. What cannot be told is `unknown` with its reason, not an error.
   * @throws {Fault} Aborted, when the signal says so.
   */
  observe(leaf: LeafCondition, signal: AbortSignal): Promise<Truth>;
  /**
   * Resolves when live: whatever happens after that to a leaf is hinted, so that whoever looks then misses nothing.
   * All leaves are of one type. A hint says only that a look is worth it; it may be doubled or late.
   * @throws {Fault} WatchFailed, when this machine cannot tell; it is then looked at again and again.
   */
  watch(
    leaves: readonly LeafCondition[],
    hear: (position: number, trigger: string) => void,
    signal: AbortSignal,
  ): Promise<Watch>;
}
