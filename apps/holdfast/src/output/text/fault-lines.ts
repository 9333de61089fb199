import type { FaultData } from "@holdfast/core";
import { type Line, line, toned } from "./line.ts";

/** A fault of ours, or of an agent of another version, which may know other reasons. */
export type ShownFault = Pick<FaultData, "message" | "resolution"> & { readonly reason: string };

/** A fault as lines: its reason, what happened, and what to do. */
export function faultLines(fault: ShownFault): readonly Line[] {
  const [first = "", ...more] = fault.message.split("\n");
  return [
    line(toned("bad", `${fault.reason}: `), first),
    ...more.map((text) => line(`  ${text}`)),
    line(toned("faint", `→ ${fault.resolution}`)),
  ];
}
