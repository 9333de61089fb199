import { extname } from "node:path";
import type { ApplyReport, SavedPlan } from "@holdfast/agent";
import { endingOfResults } from "../exit-code.ts";
import { namedPath } from "../named-path.ts";
import type { Output } from "../output/output.ts";
import { listenForStop } from "../stop-signals.ts";
import type { Surroundings } from "../surroundings.ts";
import { type CommandOptions, selectionOf } from "./command-options.ts";
import { askServing, needsOwnAgent } from "./control/ask-serving.ts";
import { withOutput } from "./with-output.ts";

/**
 * Makes this machine as declared, once. Without a source the agent that serves does it, where there is one: it reads
 * its own source again and answers when everything has a verdict.
 */
export async function apply(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop({ hasGrace: true, outlivesOutput: true });
    const { graceEnds } = stop;
    const saved =
      path === undefined ? undefined : await savedPlanAt(path, surroundings, stop.signal);
    const run = {
      path: saved === undefined ? path : saved.source,
      options,
      surroundings,
      output,
      graceEnds,
      ...(saved && { saved }),
    };
    const isOwn = path !== undefined || needsOwnAgent(options);
    const answered = isOwn ? undefined : await askToApply(run, stop.signal);
    const report = answered ?? (await applyHere(run, stop.signal));
    output.report(report);
    return stop.forcedCode ?? endingOfResults(report.summary);
  });
}

interface Run {
  readonly path: string | undefined;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly output: Output;
  readonly graceEnds: AbortSignal;
  /** Just this is done. */
  readonly saved?: SavedPlan;
}

/** Most of what is applied is a source: then the code for saved plans is not loaded. */
async function savedPlanAt(
  path: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<SavedPlan | undefined> {
  if (![".plan", ".json"].includes(extname(path))) return undefined;
  const { readApprovalFile } = await import("@holdfast/agent/control");
  const file = namedPath(path, surroundings);
  const found = await readApprovalFile(file, surroundings.userId, signal);
  return found.type === "plan" ? found.plan : undefined;
}

/** The agent has its own deadlines for each resource; this one is for an agent that hangs. */
const DEADLINE_MS = 6 * 3_600_000;

async function askToApply(
  { options, surroundings, output }: Run,
  signal: AbortSignal,
): Promise<ApplyReport | undefined> {
  const { reportIn, selectionQuery } = await import("@holdfast/agent/control");
  output.busy("the agent that serves observes everything");
  const query = selectionQuery(selectionOf(options));
  const allowed = `${query === "" ? "?" : "&"}removals=allowed`;
  const path = `/apply${query}${options.allowRemovals === true ? allowed : ""}`;
  const question = { method: "POST", path, deadlineMs: DEADLINE_MS } as const;
  const answer = await askServing(question, { options, surroundings }, signal);
  if (answer === undefined) return undefined;
  const report = reportIn(answer);
  for (const result of report.results) output.events({ type: "result", result, latencyMs: 0 });
  return report;
}

async function applyHere(
  { output, saved, ...rest }: Run,
  signal: AbortSignal,
): Promise<ApplyReport> {
  output.busy("reading the source");
  const { events } = output;
  const { openCommandAgent } = await import("./open-agent.ts");
  await using agent = await openCommandAgent({ ...rest, intends: "write", events }, signal);
  return await agent.apply(signal, saved);
}
