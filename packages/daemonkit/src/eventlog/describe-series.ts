import { unreachable } from "../assert.ts";
import type { ReadChain, SeriesLine, SeriesVerdict } from "./verify-series.ts";

/** A verdict as sentences: what was found, and what it means. */
export function describeSeriesVerdict(verdict: SeriesVerdict): readonly string[] {
  const { files, lines, head } = verdict;
  const counted = `${lines} ${lines === 1 ? "line" : "lines"} in ${files} ${files === 1 ? "file" : "files"}`;
  switch (verdict.type) {
    case "intact":
      return [
        `${counted}, all as they were written`,
        ...startOf(verdict),
        `the head is ${head}`,
        ...(verdict.linesSince === undefined
          ? []
          : [`the expected head is in the chain; ${verdict.linesSince} lines came after it`]),
      ];
    case "torn":
      return [
        `${placeOf(verdict.at)} has no end: it was being written when the machine stopped, or its end was removed`,
        `the ${counted} before it are as they were written; the next start cuts it off and says so`,
      ];
    case "broken":
      return [
        `${placeOf(verdict.at)}: ${verdict.why}`,
        `the ${counted} before it are as they were written; nothing from there on can be relied upon`,
      ];
    case "headMissing":
      return [
        `no line has the hash ${verdict.expectedHead}: lines at the end were removed, or all of it was written anew`,
        `the ${counted} that are there fit each other; the head is ${head}`,
        ...startOf(verdict),
      ];
    default:
      return unreachable(verdict);
  }
}

function startOf({ firstFile, isFromStart }: ReadChain): readonly string[] {
  if (isFromStart || firstFile === undefined) return [];
  return [`known from ${firstFile} on; what came before it was pruned`];
}

function placeOf({ file, line }: SeriesLine): string {
  return `${file} line ${line}`;
}
