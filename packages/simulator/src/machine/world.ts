// Long because: it is everything that a history can do to a machine and its agent, in one place.
import {
  type AnyKind,
  assert,
  buildGraph,
  type Clock,
  createCatalog,
  type Graph,
  type JsonObject,
  type OneShots,
  readManifest,
  type Resource,
  type ResourceId,
  silentLog,
} from "@holdfast/core";
import type { EngineOptions } from "@holdfast/engine";
import { sha256 } from "@holdfast/host";
import {
  createSimulatedKernel,
  seededRandom,
  type SimulatedKernel,
  VirtualClock,
} from "@holdfast/testing";
import type { Desired } from "./desired.ts";
import type { Fact } from "./fact.ts";
import { LogDisk } from "./log-disk.ts";
import { MortalClock } from "./mortal/mortal-clock.ts";
import { type MachinePorts, Process } from "./process.ts";
import { Services } from "./services.ts";
import { Disturbances } from "./trouble.ts";

/** One resource as a manifest writes it. */
export interface DeclaredInput {
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
  readonly meta: JsonObject;
}

/** What a world is made with. */
export interface WorldOptions {
  readonly seed: number;
  readonly mode: "enforce" | "detect";
  /** A kind that is only observed, whatever the mode. Default: none. */
  readonly detectedKind?: string;
  readonly numbers: EngineOptions;
  /** Whether its manifests prune. Default false. */
  readonly prunes?: boolean;
  readonly kinds: readonly AnyKind[];
  /** The ports of the machine as one process of the agent has them. */
  host(parts: HostParts): MachinePorts;
}

/** What a host is made of. */
export interface HostParts {
  readonly clock: Clock;
  readonly kernel: SimulatedKernel;
  readonly oneShots: OneShots;
}

/**
 * A simulated machine with an empty disk, and the agent that keeps it. What the agent does is the production code;
 * everything around it can go wrong.
 */
export class World {
  readonly clock = new VirtualClock();
  readonly disturbances = new Disturbances();
  readonly disk = new LogDisk();
  readonly services = new Services();
  /** What stands where a resource should be, until the next relief. */
  readonly obstructed = new Map<ResourceId, string>();
  readonly options: WorldOptions;
  kernel: SimulatedKernel;
  graph: Graph | undefined;
  generation = 0;
  process: Process | undefined;
  /** The process that is ending just now. */
  dying: Process | undefined;
  readonly #hear: (fact: Fact) => void;
  #desired: Desired | undefined;
  #starts = 0;

  constructor(options: WorldOptions, hear: (fact: Fact) => void) {
    this.options = options;
    this.#hear = hear;
    this.kernel = createSimulatedKernel();
  }

  get nowMs(): number {
    return this.clock.monotonicMs();
  }

  /** Nothing is planned to go wrong, and nothing that went wrong is still under way. */
  get isCalm(): boolean {
    const { process } = this;
    if (process === undefined || process.isStopping || process.inTrouble.length > 0) return false;
    if (this.isPaused || this.disturbances.size > 0 || this.obstructed.size > 0 || this.disk.isFull)
      return false;
    const isAllNoticed = process.sources.weather === "clear" && process.sources.broken.size === 0;
    return isAllNoticed && !this.hasErrnos && !this.services.isAnyDown;
  }

  /** Files may have stayed because the kernel refused to remove them; the agent has said so. */
  hasRefusedRemovals = false;
  /** An operator wants the agent to be on hold. */
  isPaused = false;
  /** Calls of the kernel are planned to fail. */
  hasErrnos = false;

  resource(id: ResourceId): Resource | undefined {
    const vertex = this.graph?.vertexOf(id);
    return vertex === undefined ? undefined : this.graph?.resources[vertex];
  }

  /** It is observed, and never written. */
  isOnlyObserved(id: ResourceId): boolean {
    if (this.options.mode === "detect" || this.resource(id)?.meta.noop === true) return true;
    return this.#desired?.detectOnly?.has(id) === true;
  }

  /** The agent serves, and has not been asked to stop. */
  get isServing(): boolean {
    return this.process?.how === "serve" && !this.process.isStopping;
  }

  /** What a resource may not overlap with. */
  lanesOf(id: ResourceId): readonly string[] {
    const resource = this.resource(id);
    const lanes = resource && this.#kindOf(resource.kind)?.lanes?.(resource.spec);
    return lanes === undefined || lanes.length === 0 ? [id] : lanes;
  }

  /** Other resources that share a lane with it. */
  laneMates(id: ResourceId): readonly ResourceId[] {
    const lanes = this.lanesOf(id);
    const others = (this.graph?.resources ?? []).filter((other) => other.id !== id);
    return others
      .filter((other) => this.lanesOf(other.id).some((lane) => lanes.includes(lane)))
      .map((other) => other.id);
  }

  /** Resources that share a lane or a bulk read with this one, and may so be held up by it. */
  neighbours(id: ResourceId): readonly ResourceId[] {
    const kind = this.resource(id)?.kind;
    const all = [...(this.graph?.resources ?? []), ...(this.process?.leaving ?? [])];
    const alike = all.filter((other) => other.kind === kind);
    return [...alike.map((other) => other.id), ...this.laneMates(id)];
  }

  /** A one-shot that was cut off, and waits for a person. */
  isInDoubt(id: ResourceId): boolean {
    const status = this.process?.status(id);
    return status !== undefined && "fault" in status && status.fault.reason === "OutcomeUnknown";
  }

  canWatch(kind: string): boolean {
    return this.#kindOf(kind)?.watch !== undefined;
  }

  canRefresh(kind: string): boolean {
    return this.#kindOf(kind)?.refresh !== undefined;
  }

  /** Declares other resources; a running agent reloads. */
  async declare(resources: readonly DeclaredInput[]): Promise<void> {
    const text = JSON.stringify({
      apiVersion: "holdfast/v1",
      kind: "Manifest",
      metadata: { name: "simulated" },
      prune: this.options.prunes ?? false,
      resources,
    });
    const catalog = createCatalog(this.options.kinds);
    const files = [{ file: "simulated.json", format: "json" as const, text }];
    const { value: manifest, diagnostics } = readManifest(files, { catalog, hash: sha256 });
    assert(manifest !== undefined, `a drawn manifest is wrong: ${JSON.stringify(diagnostics)}`);
    const built = buildGraph(manifest.resources, { catalog, log: silentLog });
    assert(
      built.value !== undefined,
      `a drawn graph is wrong: ${JSON.stringify(built.diagnostics)}`,
    );
    const detected = built.value.resources.filter(({ kind }) => kind === this.options.detectedKind);
    const detectOnly = new Set(detected.map(({ id }) => id));
    await this.take({ graph: built.value, digest: manifest.digest, detectOnly, manifest });
  }

  /** Declares what was read elsewhere; a running agent reloads. */
  async take(desired: Desired): Promise<void> {
    if (this.process === undefined) this.#take(desired);
    // Who stops reads nothing any more, nor does a single pass: the next start finds it.
    else if (!this.isServing) this.#desired = desired;
    else await this.#load(this.process, desired);
  }

  /** Starts the agent. */
  async boot(how: "serve" | "converge" = "serve"): Promise<void> {
    assert(this.process === undefined, "one agent at a time");
    this.#starts += 1;
    const clock = new MortalClock(this.clock);
    const { disk, disturbances, options, kernel } = this;
    const { mode, numbers } = options;
    this.process = await Process.start({
      clock,
      outside: this.clock,
      seed: options.seed * 1_000 + this.#starts * 10,
      kinds: this.options.kinds,
      disk,
      disturbances,
      mode,
      numbers,
      host: ({ oneShots }) => options.host({ clock, kernel, oneShots }),
      hear: (fact) => this.#hear(fact),
      losePower: () => this.losePower(),
    });
    this.#hear({ type: "boots" });
    assert(this.#desired !== undefined, "something is declared before the agent starts");
    await this.#agreeOnPause(this.process);
    if (this.process !== undefined) await this.#load(this.process, this.#desired);
    this.process?.run(how);
  }

  /** Puts the agent on hold, until everything is relieved. */
  async pause(): Promise<void> {
    const { process } = this;
    if (process === undefined || process.isStopping || this.disk.isFull) return;
    this.isPaused = true;
    this.#hear({ type: "pausing" });
    const isOn = await this.#outcome(process, process.engine.pause({ at: "now" }));
    if (isOn) this.#hear({ type: "paused" });
    else this.isPaused = false;
  }

  /** Asks the agent to stop. */
  stop(): void {
    if (this.process === undefined || this.process.isStopping) return;
    this.#hear({ type: "stopping" });
    this.process.stop();
  }

  /** Notices that the agent has ended by itself. */
  reap(): boolean {
    if (this.process?.report === undefined) return false;
    this.#bury("stopped");
    return true;
  }

  /** The agent is killed in the middle of whatever it does; the machine goes on. */
  kill(): void {
    if (this.process === undefined) return;
    this.#bury("killed");
    this.kernel = this.kernel.killAll();
    this.hasErrnos = false;
  }

  /** Power goes now: what was not synced may be lost. */
  losePower(): void {
    this.#bury("lost power");
    this.kernel.injection.stop();
    const luck = seededRandom(this.options.seed + this.#starts);
    this.kernel = this.kernel.crash(luck);
    this.disk.losePower(luck);
    this.hasErrnos = false;
  }

  /** Power goes after so many further calls that change the disk. */
  losePowerAfter(mutations: number): void {
    this.kernel.injection.stopAfter(mutations, () => this.losePower());
  }

  /** Everything that was planned to go wrong no longer does; what hangs goes on. */
  relieve(): void {
    this.kernel.injection.relieve();
    this.hasErrnos = false;
    this.disk.isFull = false;
    this.services.restore();
    if (this.process !== undefined) {
      this.process.sources.weather = "clear";
      this.process.sources.broken.clear();
    }
    this.disturbances.relieve();
    if (this.isPaused) this.#resume();
    this.#hear({ type: "relieved" });
  }

  /** Time passes. */
  async advance(durationMs: number): Promise<void> {
    await this.clock.advance(durationMs);
  }

  async #load(process: Process, desired: Desired): Promise<void> {
    const loading = process.load(desired, (generation) => {
      this.generation = generation;
      this.#take(desired);
      this.#hear({ type: "declared", graph: desired.graph, generation });
    });
    await this.#outcome(process, loading);
  }

  /** Whether something was done. A full disk refuses it; a machine without power never answers. */
  async #outcome(process: Process, work: Promise<unknown>): Promise<boolean> {
    let outcome: boolean | undefined;
    void work.then(
      () => {
        outcome = true;
      },
      () => {
        outcome = false;
      },
    );
    await this.clock.runUntil(() => outcome !== undefined || process.isDead, 0);
    return outcome === true;
  }

  #resume(): void {
    this.isPaused = false;
    this.#hear({ type: "pausing" });
    this.#hear({ type: "asked", ids: (this.graph?.resources ?? []).map(({ id }) => id) });
    // Should power go meanwhile, the next start resumes.
    void this.process?.engine.pause(undefined).catch(() => {});
  }

  /** What was durable when power went may not be what the operator wants by now. */
  async #agreeOnPause(process: Process): Promise<void> {
    if (this.isPaused || process.ledger.paused() === undefined) return;
    const { signal } = new AbortController();
    await this.#outcome(process, process.ledger.pause(undefined, signal));
  }

  #take(desired: Desired): void {
    this.#desired = desired;
    this.graph = desired.graph;
  }

  #bury(how: "stopped" | "killed" | "lost power"): void {
    this.dying = this.process;
    this.process = undefined;
    this.#hear({ type: "dies", how });
    this.dying?.die();
    this.dying = undefined;
  }

  #kindOf(name: string | undefined): AnyKind | undefined {
    return this.options.kinds.find(({ kind }) => kind === name);
  }
}
