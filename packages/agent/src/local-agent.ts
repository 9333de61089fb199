// Long because: it joins the parts of an agent; whatever has a rule of its own lies in one of them.
import {
  type Attributor,
  type Clock,
  type EngineEvent,
  Fault,
  formatLocation,
  type Graph,
  type HostWriter,
  type MachineConditions,
  observedGenerationOf,
  type Pause,
  type Plan,
  type Random,
  type Selection,
  throwIfAborted,
  toFault,
} from "@holdfast/core";
import { Engine, type Report, type RunObserver } from "@holdfast/engine";
import type { OpenLedger } from "@holdfast/ledger";
import type { Agent, AgentOptions, AgentServeOptions, ApplyReport, Reachable } from "./agent.ts";
import { Attributions } from "./attribution/attributions.ts";
import { pathsOfResource } from "./attribution/paths-of-resource.ts";
import type { Presence } from "./control/presence.ts";
import { CONTROL_SUBJECT, type Served, SOURCE_SUBJECT } from "./control/served.ts";
import { Troubles } from "./control/troubles.ts";
import { type Desired, explained, loadDesired, selectIds } from "./desired.ts";
import { EVENTS_SUBJECT, openRecords, type Records } from "./records/open-records.ts";
import type { KeptEvents } from "./records/prune-events.ts";
import { createRefusals } from "./refusals.ts";
import { resolveKey } from "./resolve-key.ts";
import type { Tracing } from "./tracing/open-tracing.ts";
import { startTracing } from "./tracing/start-tracing.ts";

/** What the machine gives an agent. */
export interface AgentParts {
  readonly ledger: OpenLedger;
  readonly host: HostWriter;
  readonly attributor: Attributor;
  readonly conditions: MachineConditions;
  readonly clock: Clock;
  readonly random: Random;
}

/** What an agent that serves is working under. */
interface Serving {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  graph: Graph;
  generation: number;
  digest: string;
  /** The last reload failed. */
  isSourceBroken: boolean;
  /** The newest generation under which everything was evaluated. */
  observedGeneration: number | undefined;
}

/** An agent on this machine: reads the source, and has an engine of its own for each thing it is asked to do. */
export class LocalAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #parts: AgentParts;
  readonly #owned: AsyncDisposable;
  readonly #troubles = new Troubles();
  #serving: Serving | undefined;
  #presence: Presence | undefined;
  /** Only while somebody can ask. */
  #attributions: Attributions | undefined;
  #records: Records | undefined;
  /** One reload after the other. */
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: AgentOptions, parts: AgentParts, owned: AsyncDisposable) {
    this.#options = options;
    this.#parts = parts;
    this.#owned = owned;
  }

  async plan(signal: AbortSignal): Promise<Plan> {
    const desired = await loadDesired(this.#options, signal);
    const engine = this.#createEngine();
    const { graph, detectOnly, secrets } = desired;
    const generation = this.#generationOf(desired);
    await engine.load({ graph, detectOnly, generation, ...(secrets && { secrets }) });
    const plan = await engine.plan(signal);
    return { ...plan, diagnostics: desired.diagnostics };
  }

  async apply(signal: AbortSignal): Promise<ApplyReport> {
    await using tracing = await this.#startTracing();
    const { engine, generation, digest } = await this.#prepare(signal, tracing?.observer);
    // Beside the installer the agent itself may be at work, and writes its own log.
    const isAgent = this.#options.records !== "installer";
    await using records = isAgent ? this.#openRecords("apply") : undefined;
    this.#records = records;
    return { generation, digest, ...(await engine.converge(signal)) };
  }

  async serve(options: AgentServeOptions, signal: AbortSignal): Promise<ApplyReport> {
    await using tracing = await this.#startTracing();
    const prepared = await this.#prepare(signal, tracing?.observer);
    const serving = { ...prepared, signal, isSourceBroken: false, observedGeneration: undefined };
    this.#serving = serving;
    await using attributions =
      options.reachable === undefined ? undefined : this.#attribute(serving);
    this.#attributions = attributions;
    await using records = this.#openRecords("serve", options.keepEvents);
    this.#records = records;
    await using _monitors = await this.#startMonitors(records);
    await using presence = await this.#appear(serving, options.reachable);
    this.#presence = presence;
    signal.addEventListener("abort", () => presence?.notices.stopping(), { once: true });
    const report: Report = await serving.engine.serve(options, signal);
    this.#serving = undefined;
    await this.#reloading;
    this.#presence = undefined;
    this.#attributions = undefined;
    return { generation: serving.generation, digest: serving.digest, ...report };
  }

  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(async () => {
      if (this.#serving === undefined) return;
      this.#presence?.notices.reloading();
      await this.#reload(this.#serving);
      this.#presence?.notices.reloaded();
    });
    return this.#reloading;
  }

  async pause(pause: Pause | undefined, signal: AbortSignal): Promise<Pause | undefined> {
    const { ledger } = this.#parts;
    const before = ledger.paused();
    if (this.#serving === undefined) await ledger.pause(pause, signal);
    else await this.#serving.engine.pause(pause);
    return before;
  }

  resolveKey(key: string, as: "done" | "again", signal: AbortSignal): Promise<void> {
    return resolveKey(this.#parts.ledger.oneShots, { key, as }, signal);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#owned[Symbol.asyncDispose]();
  }

  /** Reads the source and gives it to an engine that may write. */
  async #prepare(signal: AbortSignal, observer: RunObserver | undefined) {
    const desired = await loadDesired(this.#options, signal);
    throwIfAborted(signal);
    this.#warn(desired);
    const engine = this.#createEngine(observer);
    return { engine, ...(await this.#accept(engine, desired, signal)) };
  }

  #attribute(serving: Serving): Attributions {
    const { catalog, log } = this.#options;
    return new Attributions({
      ...this.#parts,
      log,
      pathsOf: (id) => pathsOfResource(serving.graph, catalog, id),
    });
  }

  async #appear(serving: Serving, reachable: Reachable | undefined): Promise<Presence | undefined> {
    if (reachable === undefined) return undefined;
    const { root, userId, log } = this.#options;
    const { environment } = reachable;
    // Whoever does not serve pays nothing for what serving needs.
    const { startPresence } = await import("./control/presence.ts");
    return startPresence(this.#servedAs(serving, reachable), {
      place: { root, userId, environment },
      log,
      onTrouble: (fault) =>
        this.#tell({ type: "degraded", subject: CONTROL_SUBJECT, fault: fault.toJSON() }),
    });
  }

  #servedAs(serving: Serving, { version }: Reachable): Served {
    const { engine, signal } = serving;
    const { clock } = this.#parts;
    return {
      name: this.#options.facts.hostname,
      version,
      pid: process.pid,
      startedAtMs: clock.wallMs(),
      clock,
      engine,
      generation: () => serving.generation,
      observedGeneration: () => observe(serving),
      troubles: () => this.#troubles.current((id) => engine.status(id) !== undefined),
      source: this.#options.source.describe,
      reload: () => this.reload(),
      plan: async (selection, asked) => {
        const ids = await this.#chosen(serving, selection);
        return engine.plan(asked, ids);
      },
      apply: async ({ selection, since }, asked) => {
        const ids = await this.#chosen(serving, selection);
        const report = await engine.reconcileNow({ ids, since }, asked);
        return { generation: serving.generation, digest: serving.digest, ...report };
      },
      paused: () => this.#parts.ledger.paused(),
      attributionOf: (id) => this.#attributions?.of(id),
      isStopping: () => signal.aborted || this.#serving === undefined,
    };
  }

  async #chosen({ graph }: Serving, selection: Selection | undefined) {
    if (selection === undefined) return undefined;
    try {
      return await selectIds(graph, selection, this.#options.source);
    } catch (error) {
      throw new Fault(explained(toFault(error)));
    }
  }

  #tell(event: EngineEvent): void {
    this.#troubles.note(event);
    this.#attributions?.note(event);
    this.#options.events(event);
    this.#presence?.tell(event);
    this.#records?.tell(event);
  }

  /** The lock is held, so nobody else writes them. */
  #openRecords(command: "apply" | "serve", keep: KeptEvents = {}): Records {
    const { root, facts, log } = this.#options;
    const { clock, random } = this.#parts;
    const hostId = facts.stableId?.value ?? facts.hostname;
    const onTrouble = (fault: Fault | undefined): void =>
      this.#tell(
        fault === undefined
          ? { type: "recovered", subject: EVENTS_SUBJECT }
          : { type: "degraded", subject: EVENTS_SUBJECT, fault: fault.toJSON() },
      );
    return openRecords({ root, command, hostId, clock, random, log, keep, onTrouble });
  }

  async #startMonitors({ monitors }: Records): Promise<AsyncDisposable> {
    const { startSupervisor } = await import("@holdfast/daemonkit");
    const { clock, random } = this.#parts;
    return startSupervisor(monitors, { clock, random, log: this.#options.log });
  }

  async #reload(serving: Serving): Promise<void> {
    try {
      const desired = await loadDesired(this.#options, serving.signal);
      this.#warn(desired);
      // What was evaluated under the old one counts although nobody asked in time.
      observe(serving);
      Object.assign(serving, await this.#accept(serving.engine, desired, serving.signal));
      if (serving.isSourceBroken) this.#tell({ type: "recovered", subject: SOURCE_SUBJECT });
      serving.isSourceBroken = false;
    } catch (error) {
      if (serving.signal.aborted) return;
      serving.isSourceBroken = true;
      const fault = explained(toFault(error));
      this.#tell({ type: "degraded", subject: SOURCE_SUBJECT, fault });
    }
  }

  async #accept(engine: Engine, desired: Desired, signal: AbortSignal) {
    const { digest } = desired.manifest;
    const generation = this.#generationOf(desired);
    await this.#parts.ledger.accept({ digest, generation }, signal);
    const { graph, detectOnly, secrets } = desired;
    await engine.load({ graph, detectOnly, generation, ...(secrets && { secrets }) });
    return { graph, generation, digest };
  }

  #generationOf({ manifest }: Desired): number {
    return this.#parts.ledger.generationOf(manifest);
  }

  #warn({ diagnostics }: Desired): void {
    for (const { address, location, summary, detail } of diagnostics) {
      const at = location === undefined ? {} : { at: formatLocation(location) };
      this.#options.log.warn(`${summary}: ${detail}`, { address, ...at });
    }
  }

  #startTracing(): Promise<Tracing | undefined> {
    const { tracing, facts, log } = this.#options;
    const { clock, random } = this.#parts;
    return startTracing(tracing, { hostName: facts.hostname, clock, random, log });
  }

  #createEngine(observer?: RunObserver): Engine {
    const { catalog, facts, root, rootExec, log, mode } = this.#options;
    const { parallel, resourceTimeoutMs, maxRetries } = this.#options;
    return new Engine(
      {
        ...this.#parts,
        log,
        catalog,
        observer,
        events: (event) => this.#tell(event),
        agentId: facts.stableId?.value ?? facts.hostname,
        refusalOf: createRefusals({ catalog, platform: facts.os, root, rootExec }),
        mode,
      },
      {
        ...(parallel === undefined ? {} : { parallel }),
        ...(resourceTimeoutMs === undefined ? {} : { resourceTimeoutMs }),
        ...(maxRetries === undefined ? {} : { attempts: maxRetries }),
      },
    );
  }
}

/** Moves the generation up to which everything was evaluated, and returns it. */
function observe(serving: Serving): number | undefined {
  serving.observedGeneration = observedGenerationOf(
    serving.observedGeneration,
    serving.generation,
    serving.engine.statuses().map(({ status }) => status),
  );
  return serving.observedGeneration;
}
