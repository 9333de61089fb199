import {
  type EngineEvent,
  type HealthCheck,
  type ResourceId,
  type Result,
  summarize,
  toFault,
  unconfirmedChanges,
} from "@holdfast/core";
import { askHealth, type Engine, type Report } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { EngineRequest, LoadedDesired } from "../engine/prepare-engine.ts";
import { ordersOfConfirming } from "../records/orders.ts";
import type { ChangesToConfirm } from "../undo/changes-to-confirm.ts";
import { Confirmations } from "./confirmations.ts";
import { ConfirmFiles } from "./confirm-files.ts";
import { throwUnlessBack } from "../undo/undo.ts";
import { UNSTOPPED } from "../undo/unstopped.ts";

/** A pass whose changes may have to be confirmed. */
export interface GuardedApply extends Pick<EngineRequest, "options" | "parts"> {
  readonly run: string;
  readonly engine: Engine;
  readonly accepted: { readonly desired: LoadedDesired; readonly generation: number };
  /** Takes what is reported of it. */
  readonly events: (event: EngineEvent) => void;
  /** Has events of the engine go to this too. */
  readonly listen: (note: (event: EngineEvent) => void) => void;
}

/**
 * Converges, and waits until each change that may have cut off control is confirmed or put back. A stop puts back at once what
 * nobody has confirmed. What is put back ends the pass first: nothing else is at work beside it.
 */
export async function convergeGuarded(apply: GuardedApply, signal: AbortSignal): Promise<Report> {
  const { parts, engine, accepted } = apply;
  const passEnds = new AbortController();
  const pass = Promise.withResolvers<void>();
  using confirmations = new Confirmations({
    clock: parts.clock,
    ledger: parts.ledger,
    tell: apply.events,
    checkOf: (id) => checkOf(accepted.desired, id),
    ask: (check, asked) => askOnce(parts, check, asked),
    async putBack(id) {
      passEnds.abort();
      await pass.promise;
      await putBack(apply, id);
    },
  });
  apply.listen((event) => confirmations.note(event));
  using _files = ConfirmFiles.watch(parts, (ops) => void confirm(apply, confirmations, ops));
  const report = await engine
    .converge(AbortSignal.any([signal, passEnds.signal]))
    .finally(() => pass.resolve());
  await confirmations.settled(signal);
  return withPutBack(report, confirmations);
}

/** What confirms the changes of a resource by itself. */
export function checkOf({ graph }: LoadedDesired, id: ResourceId): HealthCheck | undefined {
  const vertex = graph.vertexOf(id);
  const guard = vertex === undefined ? undefined : graph.resources[vertex]?.meta.mayCutControl;
  return typeof guard === "object" ? guard.check : undefined;
}

/** Whether a check passes now. */
export async function askOnce(
  { probes, host: { commands } }: Pick<AgentParts, "probes" | "host">,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { type } = await askHealth({ probes, commands }, check, signal);
    return type === "passed";
  } catch {
    // What cannot be asked has not passed.
    return false;
  }
}

/** What cannot be put on record is not confirmed: its time goes on. */
async function confirm(
  { options: { log }, events }: GuardedApply,
  confirmations: Confirmations,
  ops: ChangesToConfirm["ops"],
): Promise<void> {
  try {
    const confirmed = await confirmations.confirm(ops, UNSTOPPED);
    // Whoever made the file is not known by it.
    for (const order of ordersOfConfirming(confirmed, undefined))
      events({ type: "ordered", order });
  } catch (error) {
    const { reason, message } = toFault(error);
    log.warn("what was confirmed cannot be put on record", { reason, message });
  }
}

async function putBack(
  { options, parts, run, accepted, events }: GuardedApply,
  id: ResourceId,
): Promise<void> {
  const { putBackAlone } = await import("../undo/local-undo.ts");
  const chosen = unconfirmedChanges(parts.ledger).filter((one) => one.id === id);
  const request = { options, parts, events, run };
  throwUnlessBack(
    id,
    await putBackAlone(request, accepted, { chosen, why: "reverted" }, UNSTOPPED),
    [],
  );
}

/** What was put back was not applied. */
function withPutBack(report: Report, { putBack: faults }: Confirmations): Report {
  if (faults.size === 0) return report;
  const results = report.results.map((result): Result => {
    const fault = faults.get(result.id);
    return fault === undefined ? result : { ...result, status: "failed", fault };
  });
  return { results, summary: summarize(results, report.summary.durationMs) };
}
