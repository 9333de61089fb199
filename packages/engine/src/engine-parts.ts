import { KindPorts, Redaction } from "@holdfast/core";
import { AbortGroup } from "./abort-group.ts";
import { KnownConditions } from "./condition/known-conditions.ts";
import { DesiredState } from "./desired/desired-state.ts";
import { Dispatcher } from "./dispatch.ts";
import { HealthChecks } from "./health/health-checks.ts";
import { HintRouter } from "./hint-router.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type EngineNumbers, type EngineOptions, readOptions } from "./options.ts";
import { boundedLedger } from "./ledger/bounded-ledger.ts";
import { Lanes } from "./queue/lanes.ts";
import { Schedule } from "./queue/schedule.ts";
import { WorkQueue } from "./queue/work-queue.ts";
import { isOwed, type ResourceRecord } from "./records/resource-record.ts";
import { PassBudget } from "./policy/pass-budget.ts";
import { KeptOutputs } from "./records/kept-outputs.ts";
import { ResourceStore } from "./records/resource-store.ts";
import { Snapshots } from "./reconcile/snapshots.ts";
import { redactedEvent, withoutSecrets } from "./secrets/redacted.ts";
import type { EngineDeps, Hints, Permission, Run, Runtime } from "./runtime.ts";
import { VerdictWaiters } from "./serve/verdict-waiters.ts";
import { Watches } from "./serve/watches.ts";

/**
 * The parts of one engine, each with one rule of its own, joined. They need each other in a circle: what is made first
 * reaches the rest through this object, and only once all are there.
 */
export class EngineParts {
  readonly deps: EngineDeps;
  readonly numbers: EngineNumbers;
  readonly schedule: Schedule;
  readonly queue = new WorkQueue<ResourceRecord>();
  readonly abortGroup = new AbortGroup();
  readonly redaction = new Redaction();
  readonly waiters = new VerdictWaiters();
  /** The caller asked for retries, so that a single pass makes them too. */
  readonly isRetryChosen: boolean;
  readonly hintRouter: HintRouter;
  readonly store: ResourceStore;
  readonly desired: DesiredState;
  readonly lifecycle: Lifecycle;
  readonly known: KnownConditions;
  readonly health: HealthChecks;
  readonly budget: PassBudget;
  readonly runtime: Runtime;
  readonly dispatcher: Dispatcher;
  readonly watches: Watches;
  /** Desired states whose watches are being set up: meanwhile nothing begins. */
  loading = 0;

  /** @throws {Fault} InputInvalid, for numbers that make no sense. */
  constructor(deps: EngineDeps, options: EngineOptions) {
    this.deps = { ...deps, ledger: boundedLedger(deps) };
    this.numbers = readOptions(options);
    this.isRetryChosen = (options.attempts ?? 0) > 0;
    this.schedule = new Schedule(deps.clock);
    this.hintRouter = createHintRouter(this);
    this.store = new ResourceStore({
      catalog: deps.catalog,
      timers: this.hintRouter.timers(),
      nowMs: () => deps.clock.monotonicMs(),
    });
    this.desired = new DesiredState(this.store, this.redaction);
    this.lifecycle = createLifecycle(this);
    const runtimeOf = (): Runtime => this.runtime;
    this.known = new KnownConditions({
      runtimeOf,
      isWatched: (type) => this.watches.conditions.isLive(type),
    });
    this.health = new HealthChecks(runtimeOf);
    this.budget = new PassBudget({
      policy: () => deps.policy.policy(),
      release: (record) => this.runtime.hint(record, "retry", "the whole pass was counted"),
    });
    this.runtime = createRuntime(this);
    this.dispatcher = new Dispatcher(this.runtime, () => {
      if (!this.lifecycle.isStopping && this.budget.settle()) return;
      this.lifecycle.onQuiet();
      this.runtime.snapshots.forget();
    });
    this.watches = new Watches(this.runtime, this.known);
  }
}

function createHintRouter(parts: EngineParts): HintRouter {
  return new HintRouter({
    clock: parts.deps.clock,
    numbers: parts.numbers,
    schedule: parts.schedule,
    queue: parts.queue,
    isClosed: () => parts.lifecycle.isStopping,
    onQueued: onceATurn(() => parts.dispatcher.pump()),
  });
}

function createLifecycle(parts: EngineParts): Lifecycle {
  const { deps, queue, store } = parts;
  return new Lifecycle({
    clock: deps.clock,
    schedule: parts.schedule,
    graceMs: parts.numbers.graceMs,
    abortGroup: parts.abortGroup,
    graceEnds: deps.graceEnds,
    runtimeOf: () => parts.runtime,
    pump: () => parts.dispatcher.pump(),
    isAnythingOwed: () => !queue.isIdle || store.ordered.some(isOwed),
    onStop: () => {
      parts.waiters.giveUp();
      parts.dispatcher.refuseWaiting();
    },
  });
}

function createRuntime(parts: EngineParts): Runtime {
  const { deps, redaction, lifecycle } = parts;
  const redacted = withoutSecrets(deps, redaction);
  return {
    ...redacted,
    ports: new KindPorts(redacted.host),
    events: (event) => {
      deps.events(redactedEvent(event, redaction));
      const isChange = event.type === "result" && event.result.status === "changed";
      if (isChange || event.type === "operated") lifecycle.onChange();
    },
    redaction,
    numbers: parts.numbers,
    schedule: parts.schedule,
    queue: parts.queue,
    lanes: new Lanes<Run>(),
    snapshots: new Snapshots(() => parts.runtime),
    outputs: new KeptOutputs(),
    budget: parts.budget,
    known: parts.known,
    abortGroup: parts.abortGroup,
    killed: parts.abortGroup.signal,
    haltedBy: undefined,
    ...permissionOf(parts),
    ...hintsOf(parts),
    generation: () => parts.desired.generation(),
    manifest: () => parts.desired.manifest(),
    planned: () => parts.desired.planned(),
    loads: () => parts.desired.loads(),
    settled: (record) => {
      parts.health.note(record);
      parts.waiters.note(record);
    },
    release: (record) => parts.dispatcher.release(record),
    isWatched: (record) => parts.watches.kinds.isLive(record.bulk) && parts.known.isWatched(record),
  };
}

function permissionOf(parts: EngineParts): Permission {
  const { deps, lifecycle } = parts;
  return {
    retrying: () => {
      const isPatient = lifecycle.isServing || parts.isRetryChosen;
      return { attempts: isPatient ? parts.numbers.attempts : 1, isEndless: lifecycle.isServing };
    },
    isServing: () => lifecycle.isServing,
    isStopping: () => lifecycle.isStopping,
    isPaused: () => deps.ledger.paused() !== undefined,
    mayStart: () => lifecycle.isOpen && parts.loading === 0,
    isDetectOnly: ({ id }) => deps.mode === "detect" || parts.desired.isDetectOnly(id),
  };
}

function hintsOf({ hintRouter }: EngineParts): Hints {
  return {
    hint: (record, kind, trigger) => hintRouter.hint(record, kind, trigger),
    again: (record, hints) => hintRouter.again(record, hints),
    nextStamp: () => hintRouter.nextStamp(),
  };
}

/** Not before this turn is over: of what is hinted together, nothing overtakes what it depends on. */
function onceATurn(work: () => void): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    void Promise.resolve().then(() => {
      isPlanned = false;
      work();
    });
  };
}
