import {
  type AgentOrder,
  type EventSink,
  Fault,
  type Orphan,
  type ResourceId,
  type Selection,
  toFault,
} from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { Served, Turn } from "../control/served.ts";
import { explained, selectIds } from "../desired.ts";
import type { Accepted } from "../engine/prepare-engine.ts";
import {
  orderOfPause,
  orderOfResolution,
  ordersOfConfirming,
  ordersOfLettingGo,
  ordersOfLifting,
  ordersOfUndo,
} from "../records/orders.ts";
import { liftHolds } from "../undo/lift-holds.ts";
import { letGo } from "../removal/let-go.ts";
import type { ChangesToConfirm, ConfirmedChange } from "../undo/changes-to-confirm.ts";
import { resolveKey } from "../resolve-key.ts";
import { approveServed } from "../approvals/approve-served.ts";
import { shownApprovals } from "../approvals/shown-approvals.ts";

/** What a serving agent shows of itself is made from. Functions, because a reload or a restart changes what they give. */
export interface ServedParts
  extends Pick<
    Served,
    "observedGeneration" | "conditions" | "monitors" | "reload" | "attributionOf" | "isStopping"
  > {
  readonly version: string;
  /** Publishes what was ordered. */
  readonly tell: EventSink;
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  readonly engine: () => Engine;
  readonly accepted: () => Accepted;
  readonly confirm: (
    ops: ChangesToConfirm["ops"],
    signal: AbortSignal,
  ) => Promise<readonly ConfirmedChange[]>;
}

/** A serving agent as its control socket and the service manager see it. */
export function servedView(from: ServedParts): Served {
  const { version, options, parts, engine, accepted } = from;
  const { clock, ledger, requesters } = parts;
  const { observedGeneration, conditions, monitors, reload, attributionOf, isStopping } = from;
  return {
    name: options.facts.hostname,
    version,
    pid: process.pid,
    startedAtMs: clock.wallMs(),
    clock,
    get engine() {
      return engine();
    },
    source: options.source.describe,
    generation: () => accepted().generation,
    chosen: (selection, turn) => chosenBy(from, selection, turn),
    plan: async (what, signal) => {
      const plan = await engine().plan(signal, what);
      const orphans = what.ids === undefined ? orphansOf(from) : [];
      const origin = parts.approvals.origin(accepted().digest);
      return { ...plan, origin, ...(orphans.length === 0 ? {} : { orphans }) };
    },
    orphans: () => orphansOf(from),
    requesterOf: (peer) => peer && requesters(peer),
    apply: async ({ ids, since }, signal) => {
      const report = await engine().reconcileNow({ ids, since }, signal);
      const { generation, digest } = accepted();
      const orphans = ids === undefined ? orphansOf(from) : [];
      return { generation, digest, ...report, ...(orphans.length === 0 ? {} : { orphans }) };
    },
    planUndo: async (request, signal) => {
      const { planServedUndo } = await import("../undo/serving-undo.ts");
      return await planServedUndo(from, request, signal);
    },
    approvals: () => shownApprovals(parts),
    approve: async (given, signal) => await approveServed(from, given, signal),
    paused: () => ledger.paused(),
    ...ordersTo(from),
    observedGeneration,
    conditions,
    monitors,
    reload,
    attributionOf,
    isStopping,
  };
}

/** What a person may order, each published when it is done. */
function ordersTo(
  from: ServedParts,
): Pick<Served, "letGo" | "pause" | "undo" | "confirm" | "liftHolds" | "resolveKey"> {
  const { parts, engine, tell } = from;
  const { ledger } = parts;
  const publish = (...orders: readonly AgentOrder[]): void => {
    for (const order of orders) tell({ type: "ordered", order });
  };
  return {
    async letGo(request, signal) {
      await letGo(ledger, request, signal);
      publish(...ordersOfLettingGo(request));
    },
    async pause(pause, requester) {
      await engine().pause(pause);
      publish(orderOfPause(pause, requester));
    },
    async undo(request, signal) {
      const { undoServed } = await import("../undo/serving-undo.ts");
      const report = await undoServed(from, request, signal);
      publish(...ordersOfUndo(request, report));
      return report;
    },
    async confirm({ ops, requester }, signal) {
      const confirmed = await from.confirm(ops, signal);
      publish(...ordersOfConfirming(confirmed, requester));
      return confirmed;
    },
    async liftHolds(request, signal) {
      await liftHolds(ledger, request.ids, signal);
      publish(...ordersOfLifting(request));
      for (const id of request.ids) engine().hint(id, "operator");
    },
    async resolveKey(resolution, signal) {
      await resolveKey(ledger, resolution, signal);
      publish(orderOfResolution(resolution));
      hintInDoubt(engine());
    },
  };
}

/** What left the manifest and stays, without what a person has let go of since. */
function orphansOf({ accepted, parts: { ledger } }: ServedParts): readonly Orphan[] {
  return accepted().orphans.filter(({ id }) => ledger.lastApplied(id)?.declaration !== undefined);
}

/** Has all resources observed that wait for a person to say how a one-shot ended. */
export function hintInDoubt(engine: Pick<Engine, "hint" | "statuses">): void {
  for (const { id, status } of engine.statuses()) {
    const isInDoubt = "fault" in status && status.fault.reason === "OutcomeUnknown";
    if (isInDoubt) engine.hint(id, "operator");
  }
}

/** @throws {Fault} InputInvalid, with the first pattern that matches nothing. */
async function chosenBy(
  { accepted, options: { source } }: ServedParts,
  selection: Selection,
  turn: Turn,
): Promise<ReadonlySet<ResourceId>> {
  try {
    return await selectIds(accepted().desired.graph, selection, { source, turn });
  } catch (error) {
    throw new Fault(explained(toFault(error)));
  }
}
