import { actionDigest, type Plan, planDigest, type ResourceId } from "@holdfast/core";
import { askConditions } from "../condition/ask-conditions.ts";
import { isOver, specDigestOf } from "../records/identity.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { redactedAction } from "../secrets/redacted.ts";
import { ForesightOfPlan } from "./foresight/foresight-of-plan.ts";
import { observeAll } from "./observe-all.ts";
import type { Outlook } from "./outlook.ts";
import { budgetOfPlan, settleBudget } from "./planned-budget.ts";
import { planOne } from "./plan-one.ts";
import { summarizePlan } from "./plan-summary.ts";
import { runtimeWithoutCommands } from "./without-commands.ts";

/** What is planned. */
export interface PlanOptions {
  /** Default: everything. */
  readonly ids?: ReadonlySet<ResourceId>;
  /** What cannot be observed without a command is unknown then. Default false. */
  readonly withoutCommands?: boolean;
}

/** So many resources are planned before others get a turn. */
const SLICE = 500;

/**
 * Compares resources and writes nothing. `all` is in topological order. What depends on something still to be
 * made is planned after it, not reported as an error (G7); what will be refused is said (D20).
 */
export async function planAll(
  own: Runtime,
  all: readonly ResourceRecord[],
  { ids, withoutCommands = false }: PlanOptions,
  signal: AbortSignal,
): Promise<Plan> {
  const asked = withoutCommands ? runtimeWithoutCommands(own) : own;
  const runtime = { ...asked, budget: budgetOfPlan(own) };
  const ordered = all.filter(
    (record) => (ids === undefined || ids.has(record.id)) && !isOver(runtime, record),
  );
  const unmet = await askConditions(runtime, ordered);
  const findings = await observeAll(
    runtime,
    ordered.filter((one) => !unmet.has(one)),
    signal,
  );
  const outlooks = new Map<ResourceRecord, Outlook>();
  const refreshedBy = new Map<ResourceId, ResourceId>();
  const foresight = new ForesightOfPlan(runtime, signal);
  const { expected } = foresight;
  for (const record of ordered) {
    const closed = unmet.get(record);
    const finding = findings.get(record);
    const given = { record, finding, closed, outlooks, refreshedBy, expected };
    const planned = planOne(runtime, given);
    const outlook = planned.isPending ? await foresight.of(record, finding, planned) : planned;
    outlooks.set(record, outlook);
    if (outlooks.size % SLICE === 0) await runtime.clock.yieldTurn();
    if (!outlook.isPending) continue;
    expected.add(record);
    for (const target of record.declared.resource.meta.notify ?? [])
      refreshedBy.set(target, record.id);
  }
  settleBudget(runtime, outlooks);
  const actions = [...outlooks.values()].flatMap(({ action }) =>
    action === undefined ? [] : [redactedAction(action, runtime.redaction)],
  );
  return {
    generation: runtime.generation(),
    digest: await digestOfActions(runtime, ordered, outlooks),
    actions,
    summary: summarizePlan(actions, ordered.length),
    warnings: [],
    diagnostics: [],
  };
}

async function digestOfActions(
  runtime: Runtime,
  ordered: readonly ResourceRecord[],
  outlooks: ReadonlyMap<ResourceRecord, Outlook>,
): Promise<string> {
  const digests: string[] = [];
  for (const record of ordered) {
    const action = outlooks.get(record)?.action;
    if (action === undefined) continue;
    const { id, verb, changes } = action;
    const specDigest = specDigestOf(runtime, record.declared);
    const { agentId: agent } = runtime;
    digests.push(actionDigest({ agent, id, verb, specDigest, changes }, runtime.host.hash));
    if (digests.length % SLICE === 0) await runtime.clock.yieldTurn();
  }
  return planDigest(digests, runtime.host.hash);
}
