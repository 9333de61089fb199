import { type Change, countRepeats, type EngineEvent, type Fault, isNews } from "@holdfast/core";
import { PRIORITY, type Priority, priorityOf, withPriority } from "../../journal/priority.ts";
import { readerOf } from "../reader.ts";
import type { Output, OutputRequest } from "../output.ts";
import { needsLineDiff } from "./change-lines.ts";
import { diagnosticLines } from "./diagnostic-lines.ts";
import { faultLines } from "./fault-lines.ts";
import { type Line, line, plainText, toned } from "./line.ts";
import type { LineDiff } from "./line-diff.ts";
import { orphanLines, planLines } from "./plan-lines.ts";
import { createProgress } from "./progress.ts";
import { resultLines, resultSummaryLine } from "./result-lines.ts";
import { serveLines } from "./serve-lines.ts";
import type { Writer } from "./writer.ts";

/** Output for people. Its lines are in the order of the calls, also while the comparison of texts is loading. */
export function createTextOutput(request: OutputRequest, writer: Writer): Output {
  const { surroundings, shape } = request;
  const reader = readerOf(surroundings);
  const isVerbose = request.isVerbose ?? false;
  // Of the journal, everybody who may read that is a reader.
  const showsOutput = isVerbose && reader.uid !== undefined;
  const view = { reader, extent: request.diff ?? "short", showsOutput };
  const progress = createProgress();
  const printing = createPrinting(writer);
  const isWorthTelling = isNews(isVerbose);
  const repeatsOf = countRepeats();

  function tell(event: EngineEvent): void {
    progress.note(event);
    writer.live(progress.line());
    if (event.type === "result" && !isWorthTelling(event.result)) return;
    if (shape === "stream") {
      const isBounded = request.isBounded ?? false;
      const time = surroundings.journal.stdout ? undefined : formatTime(new Date());
      const repeats = event.type === "result" && !isVerbose ? repeatsOf(event.result) : 1;
      printing.add(
        changesOf(event),
        (diffLines) => serveLines(event, { ...view, diffLines, isBounded, time, repeats }),
        priorityOf(event),
      );
    } else if (event.type === "result") {
      const { result } = event;
      printing.add(result.changes, (diffLines) => resultLines(result, { ...view, diffLines }));
    } else if (event.type === "degraded" && event.fault.reason === "NotConfirmed") {
      // Somebody must act on it while the command waits.
      printing.add([], () => faultLines(event.fault));
    }
  }

  return {
    events: tell,
    busy: (words) => writer.live(line(toned("faint", words))),
    plan(plan) {
      const changes = plan.actions.flatMap((action) => action.changes);
      printing.add(changes, (diffLines) => planLines(plan, { ...view, diffLines }));
    },
    report({ orphans = [], summary }) {
      const lines = [...orphanLines(orphans), resultSummaryLine("Applied", summary)];
      if (shape === "once") printing.add([], () => lines);
    },
    value: (lines) => printing.add([], () => lines),
    frame: ({ lines }) => writer.frame(lines),
    error(fault) {
      void writer.close();
      writeFault(fault, surroundings);
    },
    async close() {
      await printing.settle();
      await writer.close();
    },
  };
}

function writeFault(fault: Fault, { stderr, journal }: OutputRequest["surroundings"]): void {
  const lines = [...fault.diagnostics.flatMap(diagnosticLines), ...faultLines(fault)];
  const formatLine = (text: string): string =>
    journal.stderr ? withPriority(PRIORITY.error, text) : `${text}\n`;
  stderr.write(lines.map((content) => formatLine(plainText(content))).join(""));
}

/** Prints in order; waits once for the comparison of texts, when the first change needs it. */
function createPrinting(writer: Writer) {
  type Render = (diffLines: LineDiff | undefined) => readonly Line[];
  const waiting: (readonly [Render, Priority | undefined])[] = [];
  let diffLines: LineDiff | undefined;
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    ({ diffLines } = await import("./line-diff.ts"));
    for (const [render, priority] of waiting.splice(0)) writer.print(render(diffLines), priority);
  }

  return {
    add(changes: readonly Change[], render: Render, priority?: Priority): void {
      if (diffLines === undefined && needsLineDiff(changes)) loading ??= load();
      if (loading === undefined || diffLines !== undefined)
        writer.print(render(diffLines), priority);
      else waiting.push([render, priority]);
    },
    settle: async () => loading,
  };
}

function changesOf(event: EngineEvent): readonly Change[] {
  if (event.type === "drift") return event.changes;
  return event.type === "result" ? event.result.changes : [];
}

function formatTime(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const milliseconds = String(now.getMilliseconds()).padStart(3, "0");
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${milliseconds}`;
}
