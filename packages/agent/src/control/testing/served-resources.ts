import {
  ALLOW_ALL,
  assert,
  buildGraph,
  type Catalog,
  createCatalog,
  type EngineEvent,
  type EventSink,
  type Graph,
  type OneShots,
  parseResourceId,
  Redaction,
  type Resource,
  type ResourceId,
  silentLog,
} from "@holdfast/core";
import { Engine, type EngineDeps } from "@holdfast/engine";
import {
  FakeResources,
  createSimulatedHost,
  MemoryLedger,
  seededRandom,
  type SimulatedAttributor,
  simulatedAttributor,
  VirtualClock,
} from "@holdfast/testing";
import { DriftAuthors } from "../../attribution/drift-authors.ts";
import { orderOfPause, orderOfResolution, ordersOfLettingGo } from "../../records/orders.ts";
import { liftHolds } from "../../undo/lift-holds.ts";
import { letGo } from "../../removal/let-go.ts";
import { resolveKey } from "../../resolve-key.ts";
import { hintInDoubt } from "../../serving/served-view.ts";
import type { Served } from "../served.ts";
import { AgentConditions } from "../agent-conditions.ts";

/** The production engine serving fakes on a virtual clock, as the control socket sees it. */
export interface ServedFakes extends AsyncDisposable {
  readonly served: Served;
  readonly fakes: FakeResources;
  readonly clock: VirtualClock;
  readonly events: readonly EngineEvent[];
  readonly conditions: AgentConditions;
  readonly oneShots: OneShots;
  /** Says who tampers with a fake, which has the path `/NAME` for it. */
  readonly attributor: SimulatedAttributor;
  stop(): void;
}

/** Serves fakes of these names until the first pass is over. */
export async function serveFakes(names: readonly string[]): Promise<ServedFakes> {
  const clock = new VirtualClock();
  const fakes = new FakeResources({
    nowMs: () => clock.monotonicMs(),
    pause: () => Promise.resolve(),
  });
  const catalog = createCatalog([fakes.kind]);
  const events: EngineEvent[] = [];
  const conditions = new AgentConditions();
  const ledger = new MemoryLedger();
  const attributor = simulatedAttributor();
  const publish: EventSink = (given) => {
    const event = authors.note(given);
    conditions.note(event);
    events.push(event);
  };
  const authors = authorsOf(attributor, { clock, publish });
  const engine = createEngine({ clock, catalog, ledger, events: publish });
  await engine.load({ graph: graphOf(fakes, names, catalog), generation: 3 });
  const stop = new AbortController();
  const serving = engine.serve({}, stop.signal);
  await settle(clock, events);
  const served: Served = {
    ...NAMES,
    ...passesOf(engine),
    clock,
    engine,
    conditions: () => conditions.current((id) => engine.status(id) !== undefined),
    paused: () => ledger.paused(),
    requesterOf: (peer) => peer && { uid: peer.uid },
    ...ordersOf({ engine, ledger, publish }),
    orphans: () => [],
    ...OF_A_WHOLE_AGENT,
    liftHolds: ({ ids }, signal) => liftHolds(ledger, ids, signal),
    attributionOf: (id: ResourceId) => authors.of(id),
    isStopping: () => stop.signal.aborted,
  };
  return {
    fakes,
    clock,
    events,
    conditions,
    oneShots: ledger.oneShots,
    attributor,
    served,
    stop: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await authors[Symbol.asyncDispose]();
      await clock.finish(serving, 60_000);
    },
  };
}

/** What needs a whole agent: `undo.test.ts` and `approvals.test.ts` in `test/command` ask one. */
const OF_A_WHOLE_AGENT = {
  planUndo: () => Promise.reject(new Error("nothing is undone here")),
  undo: () => Promise.reject(new Error("nothing is undone here")),
  confirm: async () => [],
  approvals: () => ({ authority: "rights", approvals: [] }),
  approve: () => Promise.reject(new Error("nothing is approved here")),
} satisfies Partial<Served>;

/** What an operator may order of the agent and its ledger, published as the agent does. */
function ordersOf({
  engine,
  ledger,
  publish,
}: {
  readonly engine: Engine;
  readonly ledger: MemoryLedger;
  readonly publish: EventSink;
}): Pick<Served, "pause" | "resolveKey" | "letGo"> {
  return {
    async pause(pause, requester) {
      await engine.pause(pause);
      publish({ type: "ordered", order: orderOfPause(pause, requester) });
    },
    async resolveKey(resolution, signal) {
      const { oneShots } = ledger;
      const settleKeys = (): Promise<void> => Promise.resolve();
      await resolveKey({ oneShots, areKeysInDoubt: true, settleKeys }, resolution, signal);
      publish({ type: "ordered", order: orderOfResolution(resolution) });
      hintInDoubt(engine);
    },
    async letGo(request, signal) {
      await letGo(ledger, request, signal);
      for (const order of ordersOfLettingGo(request)) publish({ type: "ordered", order });
    },
  };
}

function createEngine(
  parts: Pick<EngineDeps, "catalog" | "ledger" | "events"> & { readonly clock: VirtualClock },
): Engine {
  const host = createSimulatedHost({ clock: parts.clock });
  return new Engine(
    {
      ...parts,
      random: seededRandom(1),
      log: silentLog,
      host,
      conditions: host.conditions,
      probes: host.probes,
      agentId: "fakes",
      refusalOf: () => undefined,
      policy: ALLOW_ALL,
      mode: "enforce",
    },
    {},
  );
}

async function settle(clock: VirtualClock, events: readonly EngineEvent[]): Promise<void> {
  const hasBegun = () => events.some(({ type }) => type === "watching");
  assert(await clock.runUntil(hasBegun, 86_400_000), "the loop never began");
  // The hints of our own first writes have come and are handled.
  await clock.advance(1_000);
}

function authorsOf(
  attributor: SimulatedAttributor,
  { clock, publish }: { readonly clock: VirtualClock; readonly publish: EventSink },
): DriftAuthors {
  return new DriftAuthors({
    attributor,
    clock,
    log: silentLog,
    pathsOf: (id) => [id.replace(/^fake:/, "/")],
    ownershipOf: () => "",
    redaction: () => new Redaction(),
    publish,
  });
}

function passesOf(engine: Engine): Pick<Served, "plan" | "apply" | "chosen"> {
  return {
    chosen: async ({ only }) => new Set(only.flatMap((id) => parseResourceId(id) ?? [])),
    plan: (options, signal) => engine.plan(signal, options),
    apply: async ({ ids, since }, signal) => ({
      generation: 3,
      digest: "d",
      ...(await engine.reconcileNow({ ids, since }, signal)),
    }),
  };
}

const NAMES = {
  name: "web1",
  source: "fakes",
  version: "1.2.3",
  pid: 7,
  startedAtMs: 0,
  generation: () => 3,
  observedGeneration: () => 3,
  reload: () => Promise.resolve(),
  monitors: () => [],
};

function graphOf(fakes: FakeResources, names: readonly string[], catalog: Catalog): Graph {
  const resources = names.map((name) => fakeOf(fakes, name));
  const { value } = buildGraph(resources, { catalog, log: silentLog });
  assert(value !== undefined, "the graph of the fakes is broken");
  return value;
}

function fakeOf(fakes: FakeResources, name: string): Resource {
  const input = { value: "good" };
  return {
    id: fakes.id(name),
    kind: fakes.kind.kind,
    name,
    spec: { ...input, name },
    input,
    meta: {},
  };
}
