import { type Line, line, type Span, type Tone, toned } from "./line.ts";

/** A count, what it counts, and how it is meant. */
export type Count = readonly [count: number, what: string, tone: Tone];

/** `Applied: 3 changed, 12 in sync.`: only the counts that are not zero, and `nothing` when all are. */
export function countLine(title: string, counts: readonly Count[], ending = ""): Line {
  const shown = counts.filter(([count]) => count > 0);
  const pieces = shown.flatMap(([count, what, tone], position): readonly (Span | string)[] => [
    position === 0 ? "" : ", ",
    toned(tone, `${count} ${what}`),
  ]);
  return line(
    toned("strong", `${title}:`),
    " ",
    ...(shown.length === 0 ? ["nothing"] : pieces),
    `${ending}.`,
  );
}
