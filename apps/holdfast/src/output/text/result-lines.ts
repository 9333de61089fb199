import {
  type CommandOutput,
  type OperationReport,
  operationWords,
  type Result,
  type ResultStatus,
  type ResultSummary,
} from "@holdfast/core";
import { type ChangeView, changeLines } from "./change-lines.ts";
import { countLine } from "./count-line.ts";
import { formatDuration } from "./duration.ts";
import { faultLines } from "./fault-lines.ts";
import { indent, type Line, line, type Tone, toned } from "./line.ts";

/** What rendering results needs. */
export interface ResultView extends ChangeView {
  /** Whether the output of its command is shown. Default false. */
  readonly showsOutput?: boolean;
}

/** One result as lines: what became of it, then its changes, the output of its command, and its fault. */
export function resultLines(result: Result, view: ResultView): readonly Line[] {
  const [mark, tone] = MARKS[result.status];
  const output = view.showsOutput === true ? result.output : undefined;
  const words = [verdict(result), formatDuration(result.durationMs)].join(", ");
  return [
    line(toned(tone, mark), " ", toned("strong", result.id), toned("faint", `  ${words}`)),
    ...result.changes.flatMap((change) =>
      changeLines(change, view).map((content) => indent(4, content)),
    ),
    ...(output ? outputLines(output).map((content) => indent(4, content)) : []),
    ...(result.fault ? faultLines(result.fault).map((content) => indent(4, content)) : []),
  ];
}

/** A result whose failure was shown before, as one line. */
export function repeatedLine(result: Result, times: number): Line {
  const { id, status, fault, durationMs } = result;
  const [mark, tone] = MARKS[status];
  const why = fault === undefined ? "" : `: ${fault.reason}`;
  const words = `${verdict(result)} as before${why}, ${times} times now, ${formatDuration(durationMs)}`;
  return line(toned(tone, mark), " ", toned("strong", id), toned("faint", `  ${words}`));
}

/** How an operation ended, and why it failed if so. */
export function operationLines(report: OperationReport): readonly Line[] {
  const { status, fault, durationMs } = report;
  const [mark, tone] = MARKS[status === "failed" ? "failed" : "changed"];
  const after = toned("faint", `, ${formatDuration(durationMs)}`);
  return [
    line(toned(tone, mark), " ", toned("strong", operationWords(report)), after),
    ...(fault === undefined ? [] : faultLines(fault).map((content) => indent(4, content))),
  ];
}

/** The output of a command as lines, below the name of each stream; nothing of a stream that it left empty. */
export function outputLines({ stdout, stderr, isTruncated }: CommandOutput): readonly Line[] {
  const cut = isTruncated ? ", the end of it" : "";
  return [...streamLines(`stdout${cut}`, stdout), ...streamLines(`stderr${cut}`, stderr)];
}

function streamLines(name: string, text: string): readonly Line[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return [line(toned("faint", `${name}:`)), ...lines.map((content) => line(`  ${content}`))];
}

const MARKS: Readonly<Record<ResultStatus, readonly [mark: string, tone: Tone]>> = {
  ok: ["✓", "good"],
  changed: ["✓", "changed"],
  failed: ["✗", "bad"],
  skipped: ["·", "faint"],
  noop: ["~", "faint"],
  denied: ["✗", "bad"],
  unknown: ["?", "bad"],
};

/** What became of a resource, in a few words. */
export function verdict(result: Result): string {
  const because = [
    ...(result.blockedBy === undefined ? [] : [`blocked by ${result.blockedBy}`]),
    ...(result.reason === undefined ? [] : [result.reason]),
  ];
  return [WORDS[result.cause][result.status], ...because].join(", ");
}

const INTENT_WORDS: Readonly<Record<ResultStatus, string>> = {
  ok: "in sync",
  changed: "changed",
  failed: "failed",
  skipped: "skipped",
  noop: "differs, left alone",
  denied: "denied",
  unknown: "unknown",
};

const WORDS = { intent: INTENT_WORDS, drift: { ...INTENT_WORDS, changed: "repaired" } } as const;

/** The counts of a pass that are not zero, and how long it took. */
export function resultSummaryLine(title: string, summary: ResultSummary): Line {
  return countLine(
    title,
    [
      [summary.changed, "changed", "changed"],
      [summary.failed, "failed", "bad"],
      [summary.denied, "denied", "bad"],
      [summary.unknown, "unknown", "bad"],
      [summary.skipped, "skipped", "faint"],
      [summary.noop, "left alone", "faint"],
      [summary.ok, "in sync", "good"],
    ],
    ` in ${formatDuration(summary.durationMs)}`,
  );
}
