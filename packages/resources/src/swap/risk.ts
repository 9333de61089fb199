import type { Assessment, JudgedAction } from "@holdfast/core";
import type { SwapObserved } from "./observe.ts";
import type { SwapSpec } from "./spec.ts";

/** The rows of swap space, which holds nothing that outlives a boot, so they answer for everything. */
export const SWAP_RISKS = {
  format: {
    risk: "destructive",
    impact: "data",
    why: "makes swap space of what holds something else, or may (force)",
    isWhole: true,
  },
  off: {
    risk: "disruptive",
    impact: "restart",
    why: "swaps to it no more, or to a new file of another size",
    isWhole: true,
  },
  on: {
    risk: "benign",
    impact: "none",
    why: "makes a new file, swaps to it, or changes its line of fstab",
    isWhole: true,
  },
} as const satisfies Readonly<Record<string, Assessment>>;

/** What is done to a swap area. */
export function riskOfSwap({
  spec,
  observed,
  changes,
}: JudgedAction<SwapSpec, SwapObserved>): Assessment {
  if (losesForeignData(spec, observed, changes)) return SWAP_RISKS.format;
  const isOff = changes.some(({ path, to }) => path === "active" && to === false);
  const isMade = changes.some(
    ({ path, from, to }) => (path === "size" && from !== undefined) || to === "absent",
  );
  return isOff || isMade ? SWAP_RISKS.off : SWAP_RISKS.on;
}

/** What a device holds is read only just before it would be formatted, and then only with `force`. */
function losesForeignData(
  { force, isDevice, isAbsent }: SwapSpec,
  observed: SwapObserved | undefined,
  changes: JudgedAction<SwapSpec, SwapObserved>["changes"],
): boolean {
  if (isAbsent) return observed?.file?.content === "other";
  if (!force) return false;
  if (isDevice) return changes.some(({ path, to }) => path === "active" && to === true);
  return observed?.file !== undefined && observed.file.content === "other";
}
