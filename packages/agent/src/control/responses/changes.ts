import type { Change, FaultData, JsonObject } from "@holdfast/core";
import { answeredFault } from "../client-faults.ts";
import { listIn, textIn } from "./json.ts";

/** Reads what `changesJson` wrote. What the agent did not show is text that says so. */
export function changesIn({ changes }: JsonObject): readonly Change[] {
  return listIn(changes).map(({ path, from = null, to = null, action }): Change => {
    if (action === "add") return { path: textIn(path), to, action };
    if (action === "remove") return { path: textIn(path), from, action };
    return { path: textIn(path), from, to, action: "replace" };
  });
}

/** Reads the fault of something that was sent; `undefined` when there is none. */
export function faultIn({ fault }: JsonObject): FaultData | undefined {
  if (fault === undefined) return undefined;
  return answeredFault({ error: fault })?.toJSON();
}
