import { readableText } from "../byte-text.ts";
import { diffSwap } from "./diff.ts";
import type { SwapInput } from "./fields.ts";
import type { SwapObserved } from "./observe.ts";
import { bindSwap, type SwapSpec } from "./spec.ts";

/** An area as an author would write it; `undefined` where a file of ours holds something else, or is missing. */
export function describeSwap(
  { area, sizeBytes }: SwapSpec,
  observed: SwapObserved,
): SwapInput | undefined {
  const { isLive, activePriority, file, line } = observed;
  // Without a size it would be the file of somebody else, and that one is never removed.
  if (sizeBytes !== undefined && file === undefined) return undefined;
  const isOurs = sizeBytes !== undefined && file !== undefined;
  const options = line?.options.map(readableText).filter((word) => !word.startsWith("pri=")) ?? [];
  const lasting = line?.options.find((word) => word.startsWith("pri="))?.slice("pri=".length);
  const chosen = activePriority !== undefined && activePriority >= 0 ? activePriority : undefined;
  const priority = lasting === undefined ? chosen : Number(lasting);
  const input: SwapInput = {
    ...(isOurs ? { size: file.sizeBytes } : {}),
    ...(priority === undefined ? {} : { priority }),
    ...(options.length === 0 ? {} : { options }),
    ...(isLive ? { active: activePriority !== undefined } : {}),
    persisted: line !== undefined,
  };
  let isPossible = true;
  const spec = bindSwap(area, input, () => {
    isPossible = false;
  });
  return isPossible && diffSwap(spec, observed).length === 0 ? input : undefined;
}
