// Long because: it joins the parts of an agent that serves; whatever has a rule of its own lies in one of them.
import {
  type EngineEvent,
  Fault,
  observedGenerationOf,
  type Pause,
  type ResourceStatus,
  toFault,
} from "@holdfast/core";
import {
  createStatusTracker,
  releaseMemory,
  type Monitor,
  type MonitorStatus,
  startSupervisor,
  type StatusTracker,
  type Supervisor,
} from "@holdfast/daemonkit";
import type { Engine, Report, RunObserver } from "@holdfast/engine";
import type { AgentParts } from "../agent-parts.ts";
import type { AgentOptions, AgentServeOptions, ApplyReport } from "../agent.ts";
import type { DriftAuthors } from "../attribution/drift-authors.ts";
import { servedAuthors } from "../attribution/served-authors.ts";
import { reportTrust } from "../approvals/trust-condition.ts";
import {
  createControlServer,
  type ControlServer,
  type ControlServerOptions,
} from "../control/control-server.ts";
import { SOURCE_SUBJECT } from "../control/served.ts";
import { AgentConditions } from "../control/agent-conditions.ts";
import { explained, loadDesired } from "../desired.ts";
import {
  type Accepted,
  acceptDesired,
  createEngine,
  loadEngine,
  prepareEngine,
  warnOf,
} from "../engine/prepare-engine.ts";
import { memoryMonitor } from "../memory/memory-monitor.ts";
import { Metrics, metricsComponent } from "../metrics/metrics.ts";
import { FetchWindow } from "../policy/fetch-window.ts";
import { openAgentRecords } from "../records/agent-records.ts";
import type { Records } from "../records/open-records.ts";
import { runName } from "../records/run-name.ts";
import { ShrinkAllowance } from "../removal/shrink-allowance.ts";
import { withRemovals } from "../removal/with-removals.ts";
import { startAgentTracing } from "../tracing/start-agent-tracing.ts";
import type { Confirmations } from "../confirm/confirmations.ts";
import { servedConfirmations } from "../confirm/served-confirmations.ts";
import { endPendingUndo } from "../undo/end-pending-undo.ts";
import { joinObservers } from "./join-observers.ts";
import { ledgerMonitor } from "./ledger-monitor.ts";
import { loopMonitor } from "./loop-monitor.ts";
import { tellMonitorConditions } from "./monitor-conditions.ts";
import { createReporting } from "./reporting-monitor.ts";
import { resyncMonitor } from "./resync-monitor.ts";
import { servedView } from "./served-view.ts";
import { createSources } from "./source-monitor.ts";
import { watchMonitors } from "./watch-monitors.ts";

/** The parts of a serving agent. */
export interface ServingRequest {
  readonly options: AgentOptions;
  readonly parts: AgentParts;
  readonly request: AgentServeOptions;
}

/** The engine gives running work 30 s and 5 more to let go; it ends before this. */
const STOP_GRACE_MS = 60_000;

/**
 * An agent that serves, as supervised monitors: the loop with its watches, the source, the schedule, the control socket,
 * the event log and its pruning. Each is restarted on its own, and the status shows it while it lasts. Disposing lets go
 * of what was opened for it.
 */
export class ServingAgent implements AsyncDisposable {
  readonly #given: ServingRequest;
  readonly #tracker: StatusTracker;
  readonly #conditions = new AgentConditions();
  readonly #reporting = createReporting();
  readonly #sources = createSources(() => this.#readSource());
  readonly #stack = new AsyncDisposableStack();
  readonly #stopped = new AbortController();
  readonly #metrics: Metrics;
  readonly #records: Records;
  readonly #authors: DriftAuthors | undefined;
  readonly #confirmations: Confirmations;
  readonly #observer: RunObserver | undefined;
  readonly #run: string;
  #controlServer: ControlServer | undefined;
  #engine: Engine;
  #accepted: Accepted;
  /** The prepared engine is for the first run of the loop; each later one needs its own. */
  #isEngineUsed = false;
  #isSourceBroken = false;
  readonly #shrinkAllowance: ShrinkAllowance;
  readonly #fetchWindow: FetchWindow;
  #observedGeneration: number | undefined;

  /**
   * Reads the source and opens what serving needs.
   * @throws {Fault} what `loadDesired` throws, LedgerUnavailable; then nothing is left open.
   */
  static async prepare(given: ServingRequest, signal: AbortSignal): Promise<ServingAgent> {
    const { options, parts } = given;
    await using stack = new AsyncDisposableStack();
    const tracing = await startAgentTracing(options, parts);
    if (tracing !== undefined) stack.use(tracing);
    const metrics = new Metrics(parts.clock);
    const observer = joinObservers([metrics.observer, tracing?.observer]);
    let tell = (_event: EngineEvent): void => {};
    const events = (event: EngineEvent): void => tell(event);
    const run = runName("serve", parts);
    const { engine, ...accepted } = await prepareEngine(
      { options, parts, events, observer, run },
      signal,
    );
    const serving = new ServingAgent(given, { engine, accepted, metrics, observer, run });
    tell = (event) => serving.#tell(event);
    serving.#stack.use(stack.move());
    await using unready = new AsyncDisposableStack();
    unready.use(serving);
    await endPendingUndo({ options, parts, events, run }, accepted, signal);
    serving.#confirmations.resume();
    unready.move();
    return serving;
  }

  private constructor(given: ServingRequest, made: Made) {
    const { options, parts, request } = given;
    this.#given = given;
    this.#engine = made.engine;
    this.#accepted = made.accepted;
    this.#metrics = made.metrics;
    this.#observer = made.observer;
    this.#run = made.run;
    const { digest } = made.accepted;
    this.#shrinkAllowance = new ShrinkAllowance(options.isShrinkAllowed ? digest : undefined);
    const onOpen = (): void => void this.#sources.reload();
    this.#fetchWindow = this.#stack.use(new FetchWindow({ ...parts, log: options.log, onOpen }));
    this.#tracker = createStatusTracker({ clock: parts.clock });
    const serving = {
      options,
      parts,
      engine: () => this.#engine,
      accepted: () => this.#accepted,
      tell: (event: EngineEvent) => this.#tell(event),
    };
    this.#confirmations = this.#stack.use(servedConfirmations(serving));
    this.#records = openAgentRecords({
      options,
      parts,
      command: "serve",
      run: made.run,
      keep: request.keepEvents,
      tell: (event) => this.#tell(event),
      publish: (type, data) => this.#controlServer?.publish(type, data),
      onCondition: (fault) => this.#reporting.note(fault),
    });
    this.#stack.use(this.#records);
    if (request.reachable === undefined) return;
    this.#authors = this.#stack.use(servedAuthors(serving));
  }

  /** Serves until the signal stops it or the timeout of the request runs out. */
  async run(signal: AbortSignal): Promise<ApplyReport> {
    this.#controlServer = this.#appear(signal);
    const { clock, guard, ledger } = this.#given.parts;
    const tell = (event: EngineEvent): void => this.#tell(event);
    await using _guarding = guard?.watch(tell);
    using _vetoes = this.#given.parts.policy.follow(() => this.#engine.reviewPolicy());
    using _telling = disposable(tellMonitorConditions(this.#tracker, { clock, tell }));
    await using _outer = this.#supervise([
      ...(this.#controlServer === undefined ? [] : [this.#controlServer.monitor]),
      ledgerMonitor({ clock, ledger, tell }),
      this.#reporting.monitor,
      ...this.#records.monitors,
      memoryMonitor({
        clock,
        residentBytes: () => process.memoryUsage.rss(),
        isIdle: () => this.#engine.workCounts().running === 0,
        release: () => releaseMemory(),
      }),
    ]);
    await this.#controlServer?.firstTried;
    const report = await this.#work(signal);
    const { generation, digest } = this.#accepted;
    return { generation, digest, ...report };
  }

  /** Asks for the source to be read again; resolves when it was. `isShrinkAllowed`: as of the options of the agent. */
  async reload(isShrinkAllowed = false): Promise<void> {
    if (isShrinkAllowed) this.#shrinkAllowance.give();
    this.#controlServer?.notices.reloading();
    await this.#sources.reload();
    this.#controlServer?.notices.reloaded();
  }

  /** Reports that something around the agent is not well, or is well again. */
  setCondition(subject: string, fault: Fault | undefined): void {
    if (fault === undefined) this.#tell({ type: "recovered", subject });
    else this.#tell({ type: "degraded", subject, fault: fault.toJSON() });
  }

  /** Takes an event of what is around the agent. */
  publish(event: EngineEvent): void {
    this.#tell(event);
  }

  /** Puts the agent on hold, or lets it go on. */
  async pause(pause: Pause | undefined): Promise<void> {
    await this.#engine.pause(pause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#stack.disposeAsync();
  }

  /** The loop and what feeds it; resolves when the loop has ended for good. */
  async #work(signal: AbortSignal): Promise<Report> {
    const { parts, request } = this.#given;
    const { clock } = parts;
    let report: Report | undefined;
    const ended = Promise.withResolvers<void>();
    const work = this.#supervise([
      loopMonitor({
        serve: request,
        engine: () => this.#nextEngine(),
        onReport: (last) => {
          report = last;
          stop();
        },
      }),
      this.#sources.monitor,
      resyncMonitor({ clock, engine: () => this.#engine }),
    ]);
    const stop = (): void => {
      this.#stopped.abort();
      void work.stop().then(() => ended.resolve());
    };
    const onAbort = (): void => {
      this.#controlServer?.notices.stopping();
      stop();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    await ended.promise;
    return report ?? (await this.#unbegun());
  }

  /** It was stopped before the loop could run, or while it waited to run again. */
  async #unbegun(): Promise<Report> {
    const engine = await this.#nextEngine();
    return await engine.serve({}, this.#stopped.signal);
  }

  async #nextEngine(): Promise<Engine> {
    if (this.#isEngineUsed) {
      const { options, parts } = this.#given;
      const events = (event: EngineEvent): void => this.#tell(event);
      const [observer, run] = [this.#observer, this.#run];
      this.#engine = createEngine({ options, parts, events, observer, run });
      await loadEngine(this.#engine, this.#accepted.desired, this.#accepted.generation);
    }
    this.#isEngineUsed = true;
    return this.#engine;
  }

  #appear(signal: AbortSignal): ControlServer | undefined {
    const { options, parts, request } = this.#given;
    const { reachable } = request;
    if (reachable === undefined) return undefined;
    const { root, userId, log } = options;
    const served = servedView({
      version: reachable.version,
      options,
      parts,
      engine: () => this.#engine,
      accepted: () => this.#accepted,
      observedGeneration: () => this.#observe(),
      conditions: () => this.#conditions.current((id) => this.#engine.status(id) !== undefined),
      monitors: () => this.#monitors(),
      confirm: (ops, asked) => this.#confirmations.confirm(ops, asked),
      reload: (isShrinkAllowed) => this.reload(isShrinkAllowed),
      attributionOf: (id) => this.#authors?.of(id),
      tell: (event) => this.#tell(event),
      isStopping: () => signal.aborted || this.#stopped.signal.aborted,
    });
    const place = { root, userId, environment: reachable.environment };
    const components = [metricsComponent(this.#metrics, served)];
    const earlier: ControlServerOptions["earlier"] = async (span, asked) => {
      const { missedRecords } = await import("../records/missed-records.ts");
      return missedRecords({ root, log }, span, asked);
    };
    return this.#stack.use(
      createControlServer(served, { place, log, rights: reachable, components, earlier }),
    );
  }

  #supervise(monitors: readonly Monitor[]): Supervisor {
    const { clock, random } = this.#given.parts;
    const { log } = this.#given.options;
    const tracker = this.#tracker;
    return startSupervisor(monitors, { clock, random, log, tracker, stopGraceMs: STOP_GRACE_MS });
  }

  #monitors(): readonly MonitorStatus[] {
    return [
      ...this.#tracker.statuses(),
      ...watchMonitors(this.#engine.watches(), this.#given.parts.clock),
    ];
  }

  #tell(given: EngineEvent): void {
    const event = this.#authors?.note(given) ?? given;
    // From now on the loop has others to serve while everything is observed.
    if (event.type === "watching") this.#given.parts.readingThread.turnOn();
    this.#conditions.note(event);
    this.#confirmations.note(event);
    this.#metrics.note(event);
    this.#given.options.events(event);
    const eventId = this.#controlServer?.tell(event);
    this.#records.tell(event, eventId);
  }

  /** Reads the source. Returns what is wrong with it; then the good manifest stays. */
  async #readSource(): Promise<Fault | undefined> {
    const { options, parts } = this.#given;
    const { signal } = this.#stopped;
    const isAllowedBy = this.#shrinkAllowance.take();
    try {
      await parts.policy.load(signal);
      reportTrust(parts.approvals, this);
      this.#engine.reviewPolicy();
      if (!this.#fetchWindow.mayFetch()) return undefined;
      const loaded = await loadDesired(options, signal);
      const { ledger } = parts;
      const isShrinkAllowed = isAllowedBy(loaded.manifest.digest);
      const desired = withRemovals(loaded, { options, ledger, isShrinkAllowed });
      warnOf(desired, options.log);
      // Results under the old one count although no question came in time.
      this.#observe();
      const { catalog } = options;
      const taking = { engine: this.#engine, desired };
      this.#accepted = await acceptDesired({ ...parts, catalog }, taking, signal);
      if (this.#isSourceBroken) this.#tell({ type: "recovered", subject: SOURCE_SUBJECT });
      this.#isSourceBroken = false;
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#isSourceBroken = true;
      const fault = explained(toFault(error));
      this.#tell({ type: "degraded", subject: SOURCE_SUBJECT, fault });
      return new Fault(fault);
    }
  }

  /** Moves the generation up to which everything was evaluated, and returns it. */
  #observe(): number | undefined {
    this.#observedGeneration = observedGenerationOf(
      this.#observedGeneration,
      this.#accepted.generation,
      statusesOf(this.#engine),
    );
    return this.#observedGeneration;
  }
}

/** What it is made of before it runs. */
interface Made {
  readonly engine: Engine;
  readonly accepted: Accepted;
  readonly metrics: Metrics;
  readonly observer: RunObserver | undefined;
  /** Its name. */
  readonly run: string;
}

/** One by one: the first that is not evaluated says enough. */
function* statusesOf(engine: Engine): Generator<ResourceStatus, void> {
  for (const { status } of engine.eachStatus()) yield status;
}

function disposable(dispose: () => void): Disposable {
  return { [Symbol.dispose]: dispose };
}
