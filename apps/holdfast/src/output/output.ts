import type { ApplyReport } from "@holdfast/agent";
import type { EventSink, Fault, JsonObject, Plan } from "@holdfast/core";
import type { Surroundings } from "../surroundings.ts";
import type { Frame } from "./frame.ts";
import type { OutputMode } from "./output-mode.ts";
import type { DiffExtent } from "./diff-extent.ts";
import type { Line } from "./text/line.ts";

/** Where a command's words go. One for each form of output; commands do not know which. */
export interface Output {
  /** Takes the events of the agent while it works. */
  readonly events: EventSink;
  /** Says what is going on while nothing else is printed; only a terminal shows it. */
  busy(words: string): void;
  plan(plan: Plan): void;
  report(report: ApplyReport): void;
  /** Anything else, as lines for people and as data for programs. */
  value(lines: readonly Line[], data: JsonObject): void;
  /** Shows this instead of the frame before: a terminal redraws its screen, everything else prints it too. */
  frame(frame: Frame): void;
  error(fault: Fault): void;
  /** Resolves when everything is written and the live line is gone. May be called twice. */
  close(): Promise<void>;
}

/** What kind of command the output is for. */
export interface OutputRequest {
  readonly mode: OutputMode;
  /** `stream` prints events as a serving agent publishes them, `once` the results of one pass. */
  readonly shape: "once" | "stream";
  /** For `stream`: whether it ends by itself, so that a summary ends it. Default false. */
  readonly isBounded?: boolean;
  /** Results in sync are printed too, and the output of commands. Default false. */
  readonly isVerbose?: boolean;
  /** How much of differences people are shown. Default `short`. */
  readonly diff?: DiffExtent;
  /** On a terminal, output that is longer than it goes to a pager. Default false. */
  readonly isPaged?: boolean;
  readonly surroundings: Surroundings;
}
