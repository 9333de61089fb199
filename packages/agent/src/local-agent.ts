import {
  type AgentOrder,
  type EngineEvent,
  type Fault,
  type KeptApproval,
  type Orphan,
  type Pause,
  pausedFault,
  type Plan,
  type Requester,
  type ResourceId,
} from "@holdfast/core";
import type { AgentParts } from "./agent-parts.ts";
import type { Agent, AgentOptions, AgentServeOptions, ApplyReport } from "./agent.ts";
import { reportTrust } from "./approvals/trust-condition.ts";
import type { GivenApproval } from "./approvals/given-approval.ts";
import { orphansOf, planOnce, prepareEngine } from "./engine/prepare-engine.ts";
import type { LockGuard } from "./lock/lock-guard.ts";
import { openAgentRecords } from "./records/agent-records.ts";
import {
  orderOfPause,
  orderOfResolution,
  ordersOfConfirming,
  ordersOfLettingGo,
  ordersOfLifting,
  ordersOfUndo,
} from "./records/orders.ts";
import { runName } from "./records/run-name.ts";
import { type LettingGo, letGo } from "./removal/let-go.ts";
import { type Resolution, resolveKey } from "./resolve-key.ts";
import type { SavedPlan } from "./saved-plan/saved-plan.ts";
import type { ServingAgent } from "./serving/serving-agent.ts";
import { startAgentTracing } from "./tracing/start-agent-tracing.ts";
import { endPendingUndo, isAnythingPending } from "./undo/end-pending-undo.ts";
import { convergeGuarded } from "./confirm/guarded-apply.ts";
import { liftHolds } from "./undo/lift-holds.ts";
import type { UndoRequest } from "./undo/undo-request.ts";

/** An agent on this machine: reads the source, and has an engine of its own for each thing it is asked to do. */
export class LocalAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #parts: AgentParts;
  readonly #owned: AsyncDisposable;
  #serving: ServingAgent | undefined;
  /** What was not well before it served. */
  readonly #conditions = new Map<string, Fault>();

  constructor(options: AgentOptions, parts: AgentParts, owned: AsyncDisposable) {
    this.#options = withoutGrace(options, parts.guard);
    this.#parts = parts;
    this.#owned = owned;
  }

  plan(signal: AbortSignal): Promise<Plan> {
    const [options, parts] = [this.#options, this.#parts];
    return planOnce({ options, parts, events: options.events }, signal);
  }

  orphans(signal: AbortSignal): Promise<readonly Orphan[]> {
    return orphansOf({ options: this.#options, parts: this.#parts }, signal);
  }

  async apply(asked: AbortSignal, saved?: SavedPlan): Promise<ApplyReport> {
    const [options, parts] = [this.#options, this.#parts];
    const signal = whileHeld(asked, parts.guard);
    const pause = parts.ledger.paused();
    // A pause keeps nothing from being put back that may have cut off control.
    if (pause !== undefined && !isAnythingPending(parts.ledger)) throw pausedFault(pause);
    if (saved !== undefined) await this.#restrictTo(saved, signal);
    await using tracing = await startAgentTracing(options, parts);
    let tell = (event: EngineEvent): void => options.events(event);
    const events = (event: EngineEvent): void => tell(event);
    const observer = tracing?.observer;
    const run = runName("apply", parts);
    const { engine, ...accepted } = await prepareEngine(
      { options, parts, events, observer, run },
      signal,
    );
    await using _guarding = parts.guard?.watch(events);
    using _vetoes = parts.policy.follow(() => engine.reviewPolicy());
    // Beside the installer the agent itself may be at work, and writes its own log.
    await using records =
      options.records === "installer"
        ? undefined
        : openAgentRecords({ options, parts, command: "apply", run, tell: events });
    let note = (_event: EngineEvent): void => {};
    tell = (event) => {
      note(event);
      options.events(event);
      records?.tell(event);
    };
    const { generation, digest, orphans } = accepted;
    await endPendingUndo({ options, parts, events, run }, accepted, signal);
    if (pause !== undefined) throw pausedFault(pause);
    const listen = (listener: typeof note): void => {
      note = listener;
    };
    const guarded = { options, parts, run, engine, accepted, events, listen };
    const report = await convergeGuarded(guarded, signal);
    parts.guard?.throwIfLost();
    return { generation, digest, ...report, ...(orphans.length === 0 ? {} : { orphans }) };
  }

  async serve(request: AgentServeOptions, signal: AbortSignal): Promise<ApplyReport> {
    // Commands that do not serve do not load the parts for serving.
    const { ServingAgent } = await import("./serving/serving-agent.ts");
    const [options, parts] = [this.#options, this.#parts];
    const whole = whileHeld(signal, parts.guard);
    await using serving = await ServingAgent.prepare({ options, parts, request }, whole);
    this.#serving = serving;
    for (const [subject, fault] of this.#conditions) serving.setCondition(subject, fault);
    reportTrust(parts.approvals, serving);
    const report = await serving.run(whole);
    this.#serving = undefined;
    parts.guard?.throwIfLost();
    return report;
  }

  async reload(): Promise<void> {
    await this.#serving?.reload();
  }

  setCondition(subject: string, fault: Fault | undefined): void {
    if (fault === undefined) this.#conditions.delete(subject);
    else this.#conditions.set(subject, fault);
    this.#serving?.setCondition(subject, fault);
  }

  async pause(pause: Pause | undefined, signal: AbortSignal): Promise<Pause | undefined> {
    const { ledger } = this.#parts;
    const before = ledger.paused();
    if (this.#serving === undefined) await ledger.pause(pause, signal);
    else await this.#serving.pause(pause);
    await this.#record([orderOfPause(pause, this.#options.requester)]);
    return before;
  }

  async planUndo(asked: UndoRequest, signal: AbortSignal): Promise<Plan> {
    const { planUndo } = await import("./undo/local-undo.ts");
    const [options, parts] = [this.#options, this.#parts];
    return await planUndo({ options, parts, events: options.events, asked }, signal);
  }

  async undo(asked: UndoRequest, asks: AbortSignal): Promise<ApplyReport> {
    const { undoOnce } = await import("./undo/local-undo.ts");
    const [options, parts] = [this.#options, this.#parts];
    const signal = whileHeld(asks, parts.guard);
    const pause = parts.ledger.paused();
    if (pause !== undefined) throw pausedFault(pause);
    const run = runName("undo", parts);
    let tell = (event: EngineEvent): void => options.events(event);
    const events = (event: EngineEvent): void => tell(event);
    await using _guarding = parts.guard?.watch(events);
    await using records = openAgentRecords({ options, parts, command: "undo", run, tell: events });
    tell = (event) => {
      options.events(event);
      records.tell(event);
    };
    const report = await undoOnce({ options, parts, events, run, asked }, signal);
    parts.guard?.throwIfLost();
    for (const order of ordersOfUndo(this.#asked(asked), report)) {
      records.tell({ type: "ordered", order });
    }
    return report;
  }

  async confirm(
    ops: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { ledger } = this.#parts;
    const meant = [...ledger.unconfirmed()].filter(
      ({ op }) => ops === undefined || ops.includes(op),
    );
    for (const { op } of meant) await ledger.confirm(op, signal);
    await this.#record(ordersOfConfirming(meant, this.#options.requester));
    return meant.map(({ op }) => op);
  }

  async liftHolds(ids: readonly ResourceId[], signal: AbortSignal): Promise<void> {
    await liftHolds(this.#parts.ledger, ids, signal);
    await this.#record(ordersOfLifting(this.#asked({ ids })));
  }

  async approve(given: GivenApproval, signal: AbortSignal): Promise<KeptApproval> {
    const { approveAlone } = await import("./approvals/approve-alone.ts");
    return await approveAlone({ options: this.#options, parts: this.#parts }, given, signal);
  }

  async resolveKey(resolution: Resolution, signal: AbortSignal): Promise<void> {
    await resolveKey(this.#parts.ledger, resolution, signal);
    await this.#record([orderOfResolution(this.#asked(resolution))]);
  }

  async letGo(request: LettingGo, signal: AbortSignal): Promise<void> {
    await letGo(this.#parts.ledger, request, signal);
    await this.#record(ordersOfLettingGo(this.#asked(request)));
  }

  /** Without another requester, it is the user who runs the agent. */
  #asked<Request extends object>(request: Request): Request & { readonly requester?: Requester } {
    const { requester } = this.#options;
    return requester === undefined ? request : { requester, ...request };
  }

  /** Puts orders on record. What cannot be written is warned of: the order itself was carried out. */
  async #record(orders: readonly AgentOrder[]): Promise<void> {
    const [options, parts] = [this.#options, this.#parts];
    const [first] = orders;
    if (first === undefined) return;
    if (this.#serving !== undefined) {
      for (const order of orders) this.#serving.publish({ type: "ordered", order });
      return;
    }
    const tell = (event: EngineEvent): void => options.events(event);
    const command = first.order;
    const run = runName(command, parts);
    await using records = openAgentRecords({ options, parts, command, run, tell });
    for (const order of orders) records.tell({ type: "ordered", order });
  }

  /** @throws {Fault} PlanOutdated. */
  async #restrictTo(saved: SavedPlan, signal: AbortSignal): Promise<void> {
    const { outsideOf, refuseMoved } = await import("./saved-plan/saved-plan.ts");
    refuseMoved(saved, await this.plan(signal));
    this.#parts.policy.restrictTo(outsideOf(saved));
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#owned[Symbol.asyncDispose]();
  }
}

/** Work ends when the lock is lost, */
function whileHeld(signal: AbortSignal, guard: LockGuard | undefined): AbortSignal {
  return guard === undefined ? signal : AbortSignal.any([signal, guard.lost]);
}

/** and then at once: what runs would write beside another agent. */
function withoutGrace(options: AgentOptions, guard: LockGuard | undefined): AgentOptions {
  if (guard === undefined) return options;
  const { graceEnds } = options;
  const ends = graceEnds === undefined ? guard.lost : AbortSignal.any([graceEnds, guard.lost]);
  return { ...options, graceEnds: ends };
}
