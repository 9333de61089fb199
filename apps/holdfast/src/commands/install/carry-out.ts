import type { Agent, ApplyReport, DesiredSource } from "@holdfast/agent";
import {
  API_VERSION,
  assert,
  type EventSink,
  type JsonObject,
  readManifest,
  summarize,
} from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import { type Ending, endingOfPlan, endingOfResults } from "../../exit-code.ts";
import { reportJson } from "@holdfast/agent/control";
import type { Output } from "../../output/output.ts";
import { readerOf } from "../../output/reader.ts";
import { type Line, line, toned } from "../../output/text/line.ts";
import { resultSummaryLine } from "../../output/text/result-lines.ts";
import { listenForStop, type StopSignals } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { openCommandAgent } from "../open-agent.ts";

/** What is to be carried out, and what is said with it. */
export interface Errand {
  /** One after the other; what follows a step that did not come to a good end is left. */
  readonly steps: readonly Step[];
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  /** The first word of the summary. */
  readonly title: string;
  readonly warnings: readonly string[];
  /** Said after a change or none, for people and for programs. */
  readonly lines: readonly Line[];
  readonly data: JsonObject;
}

/** Something to be made so, as resources of a manifest. */
export interface Step {
  readonly name: string;
  readonly resources: readonly JsonObject[];
  /** Taken before, and held meanwhile. */
  readonly lock?: () => Promise<AsyncDisposable>;
}

/**
 * Carries out what the installer wants, as `apply` does with what a user wants, or plans it with `--dry-run`. Ledger
 * and lock are the installer's own, so that it works beside the agent.
 */
export async function carryOut(errand: Errand, output: Output): Promise<Ending | number> {
  const { options, surroundings, warnings } = errand;
  using stop = listenForStop({ hasGrace: true });
  const { events } = output;
  if (options.dryRun === true) {
    const resources = errand.steps.flatMap((step) => step.resources);
    const step = { name: "plan", resources };
    await using agent = await openInstaller({ errand, step, intends: "read", events, stop });
    const plan = await agent.plan(stop.signal);
    output.plan({ ...plan, warnings: [...plan.warnings, ...warnings] });
    return endingOfPlan(plan);
  }
  const report = await applySteps(errand, events, stop);
  const published = warnings.map((warning) => line(toned("changed", "warning: "), warning));
  output.value([resultSummaryLine(errand.title, report.summary), ...published, ...errand.lines], {
    ...reportJson(report, readerOf(surroundings)),
    ...errand.data,
    warnings,
  });
  return stop.forcedCode ?? endingOfResults(report.summary);
}

async function applySteps(
  errand: Errand,
  events: EventSink,
  stop: StopSignals,
): Promise<ApplyReport> {
  let whole: ApplyReport | undefined;
  for (const step of errand.steps) {
    await using _lock = await step.lock?.();
    await using agent = await openInstaller({ errand, step, intends: "write", events, stop });
    const report = await agent.apply(stop.signal);
    whole = whole === undefined ? report : joined(whole, report);
    const ending = endingOfResults(report.summary);
    if (ending !== "inSync" && ending !== "changed") break;
  }
  assert(whole !== undefined, "an errand has no step");
  return whole;
}

function joined(first: ApplyReport, second: ApplyReport): ApplyReport {
  const results = [...first.results, ...second.results];
  const durationMs = first.summary.durationMs + second.summary.durationMs;
  return { ...second, results, summary: summarize(results, durationMs) };
}

interface InstallerRequest {
  readonly errand: Errand;
  readonly step: Step;
  readonly intends: "read" | "write";
  readonly events: EventSink;
  readonly stop: StopSignals;
}

async function openInstaller(request: InstallerRequest): Promise<Agent> {
  const { errand, step, intends, events, stop } = request;
  const { options, surroundings } = errand;
  const { root, verbose } = options;
  return await openCommandAgent(
    {
      path: undefined,
      // What the service is to do with its own source is no business of this.
      options: { ...(root === undefined ? {} : { root }), ...(verbose ? { verbose } : {}) },
      surroundings,
      intends,
      events,
      source: sourceOf(step),
      records: "installer",
      graceEnds: stop.graceEnds,
    },
    stop.signal,
  );
}

function sourceOf({ name, resources }: Step): DesiredSource {
  const manifest = { apiVersion: API_VERSION, kind: "Manifest", metadata: { name }, resources };
  const file = { file: "the installer", text: JSON.stringify(manifest), format: "json" } as const;
  return {
    describe: file.file,
    load: async () => readManifest([file], { catalog: createStandardCatalog(), hash: sha256 }),
  };
}
