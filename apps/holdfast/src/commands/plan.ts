import type { Plan } from "@holdfast/core";
import { namedPath } from "../named-path.ts";
import { endingOfPlan } from "../exit-code.ts";
import type { Output } from "../output/output.ts";
import { listenForStop } from "../stop-signals.ts";
import type { Surroundings } from "../surroundings.ts";
import { type CommandOptions, selectionOf } from "./command-options.ts";
import { askServing, needsOwnAgent } from "./control/ask-serving.ts";
import { withOutput } from "./with-output.ts";

/** Shows what would change, and writes nothing. Without a source the agent that serves is asked, where there is one. */
export async function plan(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const isPaged = options.diff === "full";
  return await withOutput({ options, surroundings, isPaged }, async (output) => {
    // What the agent that serves would remove is decided in its own pass.
    const isOwn = path !== undefined || needsOwnAgent(options) || options.allowRemovals === true;
    const known = isOwn ? undefined : await askForPlan(options, surroundings);
    const found = known ?? (await planAfresh({ path, options, surroundings, output }));
    output.plan(found);
    if (options.save !== undefined) await save(options.save, { found, path, surroundings, output });
    // Each action of the JSON form says it already.
    if (options.explainRisk === true && options.out !== "json") await explain(found, output);
    return endingOfPlan(found);
  });
}

async function explain(found: Plan, output: Output): Promise<void> {
  const { riskLines } = await import("../output/text/risk/risk-lines.ts");
  output.value(riskLines(found), {});
}

async function save(
  file: string,
  {
    found,
    path,
    surroundings,
    output,
  }: {
    readonly found: Plan;
    readonly path: string | undefined;
    readonly surroundings: Surroundings;
    readonly output: Output;
  },
): Promise<void> {
  const { savedPlanText } = await import("@holdfast/agent/control");
  const { createOwnFile } = await import("@holdfast/agent/secrets");
  const source = path === undefined ? undefined : namedPath(path, surroundings);
  const place = namedPath(file, surroundings);
  const text = savedPlanText(found, source);
  await createOwnFile({ path: place, text, mode: 0o600, userId: surroundings.userId });
  output.busy(`saved in ${place}`);
}

async function askForPlan(
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<Plan | undefined> {
  using stop = listenForStop();
  const { planIn, selectionQuery } = await import("@holdfast/agent/control");
  const question = { method: "GET", path: `/plan${selectionQuery(selectionOf(options))}` } as const;
  const asked = { options, surroundings, canDoWithout: true };
  const answer = await askServing(question, asked, stop.signal);
  return answer === undefined ? undefined : planIn(answer);
}

async function planAfresh(request: {
  readonly path: string | undefined;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly output: Output;
}): Promise<Plan> {
  const { output, ...rest } = request;
  const { signal } = new AbortController();
  const { events } = output;
  output.busy("reading the source");
  const { openCommandAgent } = await import("./open-agent.ts");
  await using agent = await openCommandAgent({ ...rest, intends: "read", events }, signal);
  return await agent.plan(signal);
}
