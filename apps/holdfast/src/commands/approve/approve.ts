import { readApprovalFile } from "@holdfast/agent/control";
import { Fault, parseResourceId, type Plan, type PlannedAction } from "@holdfast/core";
import { namedPath } from "../../named-path.ts";
import { chooseOutputMode } from "../../output/output-mode.ts";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import type { Approving, Given } from "./approving.ts";
import { currentPlan } from "./current-plan.ts";
import { giveApproval } from "./give-approval.ts";

/**
 * Approves what waits for it: shows it, signs it where a key is named, and gives it to the agent that serves, or writes it
 * into the ledger. What somebody has signed before is given on, or signed by one more key.
 */
export async function approve(
  [what = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const approving = { options, surroundings, output };
    const given = await asked(what, approving, stop.signal);
    const isText = chooseOutputMode(options.out, surroundings) !== "json";
    if (given.type === "plan" && isText) output.plan(shown(given.plan, given.actions));
    const { words, data } = await giveApproval(given, approving, stop.signal);
    output.value(
      words.map((each) => line(each)),
      data,
    );
    return "inSync";
  });
}

/** What a word on the command line means: a resource, a saved plan, or something signed. */
async function asked(what: string, approving: Approving, signal: AbortSignal): Promise<Given> {
  const id = parseResourceId(what);
  if (id !== undefined) {
    const plan = await currentPlan(approving, signal);
    const actions = plan.actions.filter((action) => action.id === id && isWaiting(action));
    if (actions.length === 0) throw nothingWaits(what, plan, id);
    return { type: "plan", plan, actions };
  }
  const { surroundings } = approving;
  const file = namedPath(what, surroundings);
  const found = await readApprovalFile(file, surroundings.userId, signal);
  if (found.type === "other") return { type: "envelope", text: found.text };
  const { plan } = found;
  const actions = plan.actions.filter(isWaiting);
  if (actions.length === 0) throw nothingWaits(what, plan);
  return { type: "plan", plan, actions };
}

/** A budget that was exceeded asks for approvals too. */
function isWaiting({ digest, waitsFor }: PlannedAction): boolean {
  return digest !== undefined && (waitsFor?.for === "approval" || waitsFor?.for === "budget");
}

/** The plan with what is approved of it alone. */
function shown(plan: Plan, actions: readonly PlannedAction[]): Plan {
  const none = { create: 0, update: 0, delete: 0, refresh: 0, skip: 0 };
  const summary = { ...plan.summary, ...none, inSync: 0, unknown: 0, refused: 0 };
  const counts = actions.reduce((sum, { verb }) => ({ ...sum, [verb]: sum[verb] + 1 }), none);
  const { orphans: _, ...rest } = plan;
  return { ...rest, actions, summary: { ...summary, ...counts }, warnings: [], diagnostics: [] };
}

function nothingWaits(what: string, { actions }: Plan, id?: string): Fault {
  const action = actions.find((each) => each.id === id);
  const why = action?.waitsFor?.reason ?? action?.reason;
  return new Fault({
    reason: "NotFound",
    message: `nothing of ${what} waits for an approval${why === undefined ? "" : `: ${why}`}`,
    resolution: "holdfast plan says of each action what it waits for.",
  });
}
