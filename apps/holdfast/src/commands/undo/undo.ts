import type { ApplyReport, UndoRequest } from "@holdfast/agent";
import { planIn, reportIn } from "@holdfast/agent/control";
import { Fault, type JsonObject, type Plan } from "@holdfast/core";
import { endingOfPlan, endingOfResults } from "../../exit-code.ts";
import { chooseOutputMode } from "../../output/output-mode.ts";
import type { Output } from "../../output/output.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { askServing } from "../control/ask-serving.ts";

/** The agent has its own deadline for each resource; this one is for an agent that hangs. */
const DEADLINE_MS = 6 * 3_600_000;

/**
 * Undoes changes: shows what that does, and with `--yes` does it. The agent that serves does it, where there is one. What is
 * declared is held after that, until something else is declared or it is resumed.
 */
export async function undo(
  [op]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const selector = selectorOf(op, options);
    const request = { selector, isPartial: options.partial === true };
    using stop = listenForStop({ hasGrace: true, outlivesOutput: true });
    const undoing = { request, options, surroundings, output };
    const found = await planOf(undoing, stop.signal);
    if (options.yes !== true) {
      const warnings = [...found.warnings, "nothing is undone yet: --yes does it"];
      output.plan({ ...found, warnings });
      return endingOfPlan(found);
    }
    if (chooseOutputMode(options.out, surroundings) !== "json") output.plan(found);
    const report = await carryOut(undoing, stop.signal);
    output.report(report);
    return endingOfResults(report.summary);
  });
}

interface Undoing {
  readonly request: UndoRequest;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly output: Output;
}

async function planOf(undoing: Undoing, signal: AbortSignal): Promise<Plan> {
  const { request, output, ...asked } = undoing;
  const answer = await askUndo("plan", undoing, signal);
  if (answer !== undefined) return planIn(answer);
  const { openCommandAgent } = await import("../open-agent.ts");
  const given = { ...asked, path: asked.options.source, events: output.events };
  await using agent = await openCommandAgent({ ...given, intends: "read" }, signal);
  return await agent.planUndo(request, signal);
}

async function carryOut(undoing: Undoing, signal: AbortSignal): Promise<ApplyReport> {
  const { request, output, ...asked } = undoing;
  const answer = await askUndo("apply", undoing, signal);
  if (answer !== undefined) {
    const report = reportIn(answer);
    for (const result of report.results) output.events({ type: "result", result, latencyMs: 0 });
    return report;
  }
  const { openCommandAgent } = await import("../open-agent.ts");
  const given = { ...asked, path: asked.options.source, events: output.events };
  await using agent = await openCommandAgent({ ...given, intends: "write" }, signal);
  return await agent.undo(request, signal);
}

async function askUndo(
  what: "plan" | "apply",
  { request, options, surroundings }: Undoing,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  if (options.source !== undefined) return undefined;
  const { selector, isPartial = false } = request;
  const body = { ...bodyOf(selector), ...(isPartial ? { partial: true } : {}) };
  const question = {
    method: "POST",
    path: `/undo/${what}`,
    body,
    deadlineMs: DEADLINE_MS,
  } as const;
  return await askServing(question, { options, surroundings }, signal);
}

function bodyOf(selector: UndoRequest["selector"]): JsonObject {
  switch (selector.type) {
    case "op":
      return { op: selector.op };
    case "last":
      return { last: true };
    case "run":
      return { run: selector.run };
    case "since":
      return { since: selector.atMs };
  }
}

/** @throws {Fault} UsageInvalid, unless just one of the ways to name changes is used. */
function selectorOf(op: string | undefined, options: CommandOptions): UndoRequest["selector"] {
  const { last, run, since } = options;
  const named: readonly (UndoRequest["selector"] | undefined)[] = [
    op === undefined ? undefined : { type: "op", op },
    last === true ? { type: "last" } : undefined,
    run === undefined ? undefined : { type: "run", run },
    since === undefined ? undefined : { type: "since", atMs: since },
  ];
  const [selector, ...others] = named.filter((one) => one !== undefined);
  if (selector !== undefined && others.length === 0) return selector;
  throw new Fault({
    reason: "UsageInvalid",
    message: selector === undefined ? "it is not said what to undo" : "too much is said at once",
    resolution: "Write one of: an operation, --last, --run ID, --since TIME.",
  });
}
