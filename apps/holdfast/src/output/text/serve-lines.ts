import { agentOrderWords, approvalWords, type EngineEvent, unreachable } from "@holdfast/core";
import { changeLines } from "./change-lines.ts";
import { faultLines } from "./fault-lines.ts";
import { indent, type Line, line, type Span, toned } from "./line.ts";
import {
  operationLines,
  repeatedLine,
  resultLines,
  resultSummaryLine,
  type ResultView,
} from "./result-lines.ts";

/** What a line of `serve` is rendered with. `time` is the wall clock as it is shown; `undefined` shows none. */
export interface ServeView extends ResultView {
  readonly time: string | undefined;
  /** True with `--timeout`: then a summary comes at the end, else `watching` stands for it. */
  readonly isBounded: boolean;
  /** How often a result has come by now, one after the other, with the same failure. Default 1. */
  readonly repeats?: number;
}

/** What an event of a serving agent prints; many print nothing. */
export function serveLines(event: EngineEvent, view: ServeView): readonly Line[] {
  const time = timeOf(view);
  switch (event.type) {
    case "started":
      return [
        line(time, `started with ${resources(event.resources)}, generation ${event.generation}`),
      ];
    case "watching":
      return [line(time, toned("good", watchingWords(event)))];
    case "drift":
      return [
        line(
          time,
          toned("changed", "drift "),
          toned("strong", event.id),
          toned("faint", `  trigger: ${event.trigger}`),
        ),
        ...event.changes.flatMap((change) =>
          changeLines(change, view).map((content) => indent(4, content)),
        ),
      ];
    case "attributed":
      return [authorLine(event, time)];
    case "ordered":
      return [line(time, agentOrderWords(event.order))];
    case "result":
      return resultEventLines(event, view);
    case "operated":
      return operationLines(event.report).map((content, at) =>
        at === 0 ? [...line(time), ...content] : content,
      );
    case "approval":
      return [line(time, toned(event.what === "refused" ? "bad" : "strong", approvalWords(event)))];
    case "degraded":
      return [
        line(time, toned("bad", "degraded "), event.subject),
        ...faultLines(event.fault).map((content) => indent(4, content)),
      ];
    case "recovered":
      return [line(time, toned("good", "recovered "), event.subject)];
    case "reloaded":
      return [
        line(time, `reloaded: ${resources(event.resources)}, generation ${event.generation}`),
      ];
    case "stopped":
      return [
        line(time, `stopped: ${event.reason}`),
        ...(view.isBounded ? [resultSummaryLine("Served", event.summary)] : []),
      ];
    case "reconciling":
    case "progress":
      return [];
    default:
      return unreachable(event);
  }
}

function authorLine(
  { id, author }: Extract<EngineEvent, { readonly type: "attributed" }>,
  time: Span,
): Line {
  const words = toned("faint", `  ${author.words}`);
  return line(time, toned("changed", "author "), toned("strong", id), words);
}

function timeOf({ time }: ServeView): Span {
  return toned("faint", time === undefined ? "" : `${time} `);
}

/**
 * The changes were shown with the drift; a result shows them only when they are news, and its failure when it is another
 * than before.
 */
function resultEventLines(
  event: Extract<EngineEvent, { readonly type: "result" }>,
  view: ServeView,
): readonly Line[] {
  const { result, latencyMs } = event;
  const { repeats = 1 } = view;
  if (repeats > 1)
    return [line(timeOf(view), ...repeatedLine({ ...result, durationMs: latencyMs }, repeats))];
  const isRepair = result.status === "changed" && result.cause === "drift";
  const shown = isRepair ? { ...result, changes: [] } : result;
  const [head = [], ...rest] = resultLines({ ...shown, durationMs: latencyMs }, view);
  return [line(timeOf(view), ...head), ...rest];
}

/** D13: that it watches, how many, and how. */
function watchingWords(event: Extract<EngineEvent, { readonly type: "watching" }>): string {
  const { watched, polled } = event;
  const how = [
    ...(watched > 0 ? [`${watched} by events of the operating system`] : []),
    ...(polled > 0 ? [`${polled} by observing again`] : []),
  ];
  return `watching ${resources(event.resources)}${how.length > 0 ? `: ${how.join(", ")}` : ""}`;
}

function resources(count: number): string {
  return `${count} ${count === 1 ? "resource" : "resources"}`;
}
