import { type Diagnostic, formatLocation } from "@holdfast/core";
import { indent, type Line, line, toned } from "./line.ts";

/** A diagnostic as lines: where and which mistake, then this case. */
export function diagnosticLines(diagnostic: Diagnostic): readonly Line[] {
  const { severity, address, location, summary, detail } = diagnostic;
  const tone = severity === "error" ? "bad" : "changed";
  const place = location === undefined ? [] : [toned("strong", `${formatLocation(location)}: `)];
  const about = address === location?.file || address === "" ? "" : ` (${address})`;
  return [
    line(toned(tone, `${severity}: `), ...place, summary, about),
    ...detail.split("\n").map((text) => indent(4, line(text))),
  ];
}
