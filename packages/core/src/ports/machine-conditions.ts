import type { LeafCondition } from "../condition/machine-condition.ts";
import type { Truth } from "../condition/judge-conditions.ts";
import type { Watch } from "./paths.ts";

/** What the machine says of conditions (B5). */
export interface MachineConditions {
  /**
   * Reads one now. A condition that cannot be read is `unknown` with its reason, not an error.
   * @throws {Fault} Aborted, when the signal says so.
   */
  observe(leaf: LeafCondition, signal: AbortSignal): Promise<Truth>;
  /**
   * Resolves when live: each later change of a leaf is hinted, so that a read after that misses nothing.
   * All leaves are of one type. A hint says only that a read is worth it; it may be doubled or late.
   * @throws {Fault} WatchFailed, when this machine has no such watch; the leaves are then polled.
   */
  watch(
    leaves: readonly LeafCondition[],
    hear: (position: number, trigger: string) => void,
    signal: AbortSignal,
  ): Promise<Watch>;
}
