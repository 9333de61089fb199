import {
  assert,
  buildGraph,
  type Catalog,
  createCatalog,
  type EngineEvent,
  type Graph,
  type Resource,
  type ResourceId,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import {
  Cells,
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  type SimulatedAttributor,
  simulatedAttributor,
  VirtualClock,
} from "@holdfast/testing";
import { Attributions } from "../../attribution/attributions.ts";
import type { Served } from "../served.ts";
import { Troubles } from "../troubles.ts";

/** The production engine serving cells on a virtual clock, as the control socket sees it. */
export interface ServedCells extends AsyncDisposable {
  readonly served: Served;
  readonly cells: Cells;
  readonly clock: VirtualClock;
  readonly events: readonly EngineEvent[];
  readonly troubles: Troubles;
  /** Says who tampers with a cell, which has the path `/NAME` for it. */
  readonly attributor: SimulatedAttributor;
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
  const attributor = simulatedAttributor();
  const attributions = attributionsOf(attributor, clock);
  const host = createSimulatedHost({ clock });
  const engine = new Engine(
    {
      clock,
      random: seededRandom(1),
      log: silentLog,
      catalog,
      host,
      conditions: host.conditions,
      probes: host.probes,
      ledger,
      events: (event) => {
        troubles.note(event);
        attributions.note(event);
        events.push(event);
      },
      agentId: "cells",
      refusalOf: () => undefined,
      mode: "enforce",
    },
    {},
  );
  await engine.load({ graph: graphOf(cells, names, catalog), generation: 3 });
  const stop = new AbortController();
  const serving = engine.serve({}, stop.signal);
  await settle(clock, events);
  const served: Served = {
    ...NAMES,
    ...passesOf(engine),
    clock,
    engine,
    troubles: () => troubles.current((id) => engine.status(id) !== undefined),
    paused: () => ledger.paused(),
    attributionOf: (id: ResourceId) => attributions.of(id),
    isStopping: () => stop.signal.aborted,
  };
  return {
    cells,
    clock,
    events,
    troubles,
    attributor,
    served,
    stop: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await attributions[Symbol.asyncDispose]();
      await clock.finish(serving, 60_000);
    },
  };
}

async function settle(clock: VirtualClock, events: readonly EngineEvent[]): Promise<void> {
  const hasBegun = () => events.some(({ type }) => type === "watching");
  assert(await clock.runUntil(hasBegun, 86_400_000), "the loop never began");
  // The word of our own first writes is heard and looked into.
  await clock.advance(1_000);
}

function attributionsOf(attributor: SimulatedAttributor, clock: VirtualClock): Attributions {
  const pathsOf = (id: ResourceId) => [id.replace(/^cell:/, "/")];
  return new Attributions({ attributor, clock, log: silentLog, pathsOf });
}

function passesOf(engine: Engine): Pick<Served, "plan" | "apply"> {
  return {
    plan: (_selection, signal) => engine.plan(signal),
    apply: async ({ since }, signal) => ({
      generation: 3,
      digest: "d",
      ...(await engine.reconcileNow({ since }, signal)),
    }),
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
  monitors: () => [],
};

function graphOf(cells: Cells, names: readonly string[], catalog: Catalog): Graph {
  const resources = names.map((name) => cellOf(cells, name));
  const { value } = buildGraph(resources, { catalog, log: silentLog });
  assert(value !== undefined, "the graph of the cells is broken");
  return value;
}

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
