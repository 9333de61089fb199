import {
  assert,
  buildGraph,
  createCatalog,
  type EngineEvent,
  type Graph,
  type Resource,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import {
  Cells,
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  VirtualClock,
} from "@holdfast/testing";
import type { Served } from "../served.ts";
import { Troubles } from "../troubles.ts";

/** The production engine serving cells on a virtual clock, as the control socket sees it. */
export interface ServedCells extends AsyncDisposable {
  readonly served: Served;
  readonly cells: Cells;
  readonly clock: VirtualClock;
  readonly events: readonly EngineEvent[];
  readonly troubles: Troubles;
  stop(): void;
}

/** Serves cells of these names until the first pass is over. */
export async function serveCells(names: readonly string[]): Promise<ServedCells> {
  const clock = new VirtualClock();
  const cells = new Cells({ nowMs: () => clock.monotonicMs(), pause: () => Promise.resolve() });
  const catalog = createCatalog([cells.kind]);
  const events: EngineEvent[] = [];
  const troubles = new Troubles();
  const ledger = new MemoryLedger();
  const engine = new Engine(
    {
      clock,
      random: seededRandom(1),
      log: silentLog,
      catalog,
      host: createSimulatedHost({ clock }),
      ledger,
      events: (event) => {
        troubles.note(event);
        events.push(event);
      },
      agentId: "cells",
      refusalOf: () => undefined,
      mode: "enforce",
    },
    {},
  );
  await engine.load({ graph: graphOf(cells, names), generation: 3 });
  const stop = new AbortController();
  const serving = engine.serve({}, stop.signal);
  const hasBegun = () => events.some(({ type }) => type === "watching");
  assert(await clock.runUntil(hasBegun, 86_400_000), "the loop never began");
  // The word of our own first writes is heard and looked into.
  await clock.advance(1_000);
  const served: Served = {
    ...NAMES,
    plan: (_selection, signal) => engine.plan(signal),
    apply: async ({ since }, signal) => ({
      generation: 3,
      digest: "d",
      ...(await engine.reconcileNow({ since }, signal)),
    }),
    clock,
    engine,
    troubles: () => troubles.current((id) => engine.status(id) !== undefined),
    paused: () => ledger.paused(),
    isStopping: () => stop.signal.aborted,
  };
  return {
    cells,
    clock,
    events,
    troubles,
    served,
    stop: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await clock.finish(serving, 60_000);
    },
  };
}

const NAMES = {
  name: "web1",
  source: "cells",
  version: "1.2.3",
  pid: 7,
  startedAtMs: 0,
  generation: () => 3,
  observedGeneration: () => 3,
  reload: () => Promise.resolve(),
};

function cellOf(cells: Cells, name: string): Resource {
  const input = { value: "good" };
  return {
    id: cells.id(name),
    kind: cells.kind.kind,
    name,
    spec: { ...input, name },
    input,
    meta: {},
  };
}

function graphOf(cells: Cells, names: readonly string[]): Graph {
  const resources = names.map((name) => cellOf(cells, name));
  const catalog = createCatalog([cells.kind]);
  const { value: graph } = buildGraph(resources, { catalog, log: silentLog });
  assert(graph !== undefined, "the graph of the cells is broken");
  return graph;
}
