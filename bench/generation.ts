import {
  ALLOW_ALL,
  buildGraph,
  createCatalog,
  type EngineEvent,
  type Graph,
  type Resource,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import { realClock, realRandom } from "@holdfast/host";
import { createSimulatedHost, FakeResources, MemoryLedger } from "@holdfast/testing";
import { median } from "./pairs.ts";
import { aimAtMost, type Row } from "./row.ts";

/** What one new generation took. */
interface Reload {
  /** From the load to the repair of what changed. */
  readonly repairedMs: number;
  /** The longest turn of the loop meanwhile, in time of the processor: what others wait at most on an idle machine. */
  readonly longestTurnMs: number;
}

/**
 * A new generation of many resources of which one has changed, in an engine that serves: how soon that one is as
 * declared, and how long no other work gets the loop.
 */
export async function benchGeneration(count: number, rounds: number): Promise<readonly Row[]> {
  const world = new World(count);
  await world.serve();
  const reloads: Reload[] = [];
  for (let round = 0; round < rounds; round++) reloads.push(await world.changeOne(round));
  await world.stop();
  const what = `new generation of ${count.toLocaleString("en")}, one changed`;
  return [
    row(
      `${what}, repaired`,
      1_000,
      reloads.map(({ repairedMs }) => repairedMs),
    ),
    row(
      `${what}, longest slice`,
      20,
      reloads.map(({ longestTurnMs }) => longestTurnMs),
    ),
  ];
}

/** An engine over resources in memory: what is left is what the engine itself takes. */
class World {
  readonly #count: number;
  readonly #events: ((event: EngineEvent) => void)[] = [];
  readonly #fakes = new FakeResources({
    nowMs: () => realClock.monotonicMs(),
    pause: () => Promise.resolve(),
  });
  readonly #catalog = createCatalog([this.#fakes.kind]);
  readonly #engine: Engine;
  readonly #stop = new AbortController();
  #generation = 1;
  #serving: Promise<unknown> = Promise.resolve();

  constructor(count: number) {
    this.#count = count;
    const host = createSimulatedHost({ clock: realClock });
    this.#engine = new Engine(
      {
        clock: realClock,
        random: realRandom,
        log: silentLog,
        catalog: this.#catalog,
        host,
        conditions: host.conditions,
        probes: host.probes,
        ledger: new MemoryLedger(),
        events: (event) => {
          for (const hear of this.#events) hear(event);
        },
        agentId: "bench",
        refusalOf: () => undefined,
        policy: ALLOW_ALL,
        mode: "enforce",
      },
      {},
    );
  }

  /** Resolves when everything is in sync and watched. */
  async serve(): Promise<void> {
    for (let at = 0; at < this.#count; at++) this.#fakes.values.set(nameOf(at), "good");
    await this.#engine.load({ graph: this.#graph(-1, ""), generation: 1 });
    const watching = this.#next(({ type }) => type === "watching");
    this.#serving = this.#engine.serve({}, this.#stop.signal);
    await watching;
  }

  async changeOne(round: number): Promise<Reload> {
    this.#generation += 1;
    const changed = (round * 7_919) % this.#count;
    const graph = this.#graph(changed, `better ${round}`);
    const id = this.#fakes.id(nameOf(changed));
    const repaired = this.#next(
      (event) =>
        event.type === "result" && event.result.id === id && event.result.status === "changed",
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    using turns = new TurnMeter();
    const fromMs = performance.now();
    await this.#engine.load({ graph, generation: this.#generation });
    await repaired;
    return { repairedMs: performance.now() - fromMs, longestTurnMs: turns.longestMs() };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#serving;
  }

  #graph(changed: number, value: string): Graph {
    const resources = Array.from({ length: this.#count }, (_, at): Resource => {
      const name = nameOf(at);
      const input = { value: at === changed ? value : (this.#fakes.values.get(name) ?? "") };
      const spec = { name, ...input };
      return { id: this.#fakes.id(name), kind: "fake", name, spec, input, meta: {} };
    });
    const { value: graph } = buildGraph(resources, { catalog: this.#catalog, log: silentLog });
    if (graph === undefined) throw new Error("the graph of the benchmark is broken");
    return graph;
  }

  #next(isWanted: (event: EngineEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const hear = (event: EngineEvent): void => {
        if (!isWanted(event)) return;
        this.#events.splice(this.#events.indexOf(hear), 1);
        resolve();
      };
      this.#events.push(hear);
    });
  }
}

function nameOf(at: number): string {
  return `r${at}`;
}

/** Measures the turns of this process's loop by what they take of the processor. */
class TurnMeter implements Disposable {
  #isOver = false;
  #longestMs = 0;
  #lastMs = workedMs();

  constructor() {
    const measure = (): void => {
      const nowMs = workedMs();
      this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs);
      this.#lastMs = nowMs;
      if (!this.#isOver) setImmediate(measure);
    };
    setImmediate(measure);
  }

  longestMs(): number {
    return this.#longestMs;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }
}

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function row(name: string, aimMs: number, values: readonly number[]): Row {
  const value = median(values);
  return { name, unit: "ms", value, aims: [aimAtMost(value, aimMs, "ms")] };
}
