import type { FaultData, Result } from "@holdfast/core";
import type { World } from "../machine/world.ts";

/** The results of the pass that is over. */
export function resultsOf(world: World): readonly Result[] {
  return world.process?.report?.results ?? [];
}

/** A fault in one line. */
export function faultOf({ fault }: { readonly fault?: FaultData }): string {
  return fault === undefined ? "no reason is known" : `${fault.reason}: ${fault.message}`;
}
