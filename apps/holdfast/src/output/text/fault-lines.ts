import type { FaultData } from "@holdfast/core";
import { type Line, line, toned } from "./line.ts";

/** A fault as lines: its reason, what happened, and what to do. */
export function faultLines(
  fault: Pick<FaultData, "reason" | "message" | "resolution">,
): readonly Line[] {
  const [first = "", ...more] = fault.message.split("\n");
  return [
    line(toned("bad", `${fault.reason}: `), first),
    ...more.map((text) => line(`  ${text}`)),
    line(toned("faint", `→ ${fault.resolution}`)),
  ];
}
