import { Fault, type ResourceId, type Selection, toFault } from "@holdfast/core";
import type { Engine } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions } from "../agent.ts";
import type { Served } from "../control/served.ts";
import { explained, selectIds } from "../desired.ts";
import type { Accepted } from "../engine/prepare-engine.ts";

/** What a serving agent shows of itself is made from. Functions, because a reload or a restart changes what they give. */
export interface ServedParts
  extends Pick<
    Served,
    "observedGeneration" | "conditions" | "monitors" | "reload" | "attributionOf" | "isStopping"
  > {
  readonly version: string;
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  readonly engine: () => Engine;
  readonly accepted: () => Accepted;
}

/** A serving agent as its control socket and the service manager see it. */
export function servedView(from: ServedParts): Served {
  const { version, options, parts, engine, accepted } = from;
  const { clock, ledger } = parts;
  const { observedGeneration, conditions, monitors, reload, attributionOf, isStopping } = from;
  const chosen = (selection: Selection | undefined, signal: AbortSignal) =>
    chosenBy(from, selection, signal);
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
    plan: async (selection, signal) => engine().plan(signal, await chosen(selection, signal)),
    apply: async ({ selection, since }, signal) => {
      const ids = await chosen(selection, signal);
      const report = await engine().reconcileNow({ ids, since }, signal);
      const { generation, digest } = accepted();
      return { generation, digest, ...report };
    },
    paused: () => ledger.paused(),
    observedGeneration,
    conditions,
    monitors,
    reload,
    attributionOf,
    isStopping,
  };
}

/** @throws {Fault} InputInvalid, with the first pattern that matches nothing. */
async function chosenBy(
  { accepted, options: { source }, parts: { clock } }: ServedParts,
  selection: Selection | undefined,
  signal: AbortSignal,
): Promise<ReadonlySet<ResourceId> | undefined> {
  if (selection === undefined) return undefined;
  try {
    return await selectIds(accepted().desired.graph, selection, { source, clock }, signal);
  } catch (error) {
    throw new Fault(explained(toFault(error)));
  }
}
