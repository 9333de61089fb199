import assert from "node:assert/strict";
import {
  type Catalog,
  type EngineEvent,
  type OperationReport,
  type Plan,
  type ResourceId,
  type Result,
  silentLog,
} from "@holdfast/core";
import { PreimageStore } from "@holdfast/host";
import { type OpenLedger, openLedger } from "@holdfast/ledger";
import { createStandardCatalog } from "@holdfast/resources";
import {
  type Behaviour,
  createSimulatedHost,
  PackageModel,
  seededRandom,
  type SimulatedKernel,
  VirtualClock,
} from "@holdfast/testing";
import { type LogCall, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import type { AgentParts } from "../../agent-parts.ts";
import type { GivenApproval } from "../../approvals/given-approval.ts";
import { takeApproval } from "../../approvals/take-approval.ts";
import { planOnce, prepareEngine } from "../../engine/prepare-engine.ts";
import { endPendingUndo } from "../end-pending-undo.ts";
import { undoOnce } from "../local-undo.ts";
import { neededPreimages } from "../needed-preimages.ts";
import type { UndoRequest } from "../undo-request.ts";
import { agentParts, optionsOf, type Ownership, UNSTOPPED } from "./agent-parts.ts";

/** Calls that only read: whoever is killed after them might as well have been before. */
const READS: ReadonlySet<LogCall> = new Set(["openToRead", "read", "sizeBytes", "list", "observe"]);
/** In virtual time; longer than any run here takes. */
const LONGEST_MS = 3_600_000;
/** Of what was not synced nothing is on the disk. */
const NO_LUCK = { ...seededRandom(1), next: () => 0 };
/** Where the machine stops: before a change of files, or before one of the agent's own records. */
export interface Stop {
  readonly at: "files" | "records";
  /** From 1. */
  readonly call: number;
}

/** What somebody asks an agent for. */
export interface AskedOperation {
  readonly id: ResourceId;
  readonly operation: string;
  /** Default: it is done each time. */
  readonly key?: string;
}

/** A simulated machine and its agent, which is production code, started anew for everything it is asked. */
export class AgentMachine {
  readonly catalog: Catalog = createStandardCatalog();
  kernel: SimulatedKernel;
  ledgerDisk = new SimulatedLogDisk();
  preimageDisk = new SimulatedLogDisk();
  readonly packages = new PackageModel();
  readonly #programs: Readonly<Record<string, Behaviour>>;
  readonly #ownership: Ownership | undefined;
  #starts = 0;
  #nowMs = 1_000;
  /** Of the run that is under way. */
  #stop: Stop | undefined;

  constructor(
    kernel: SimulatedKernel,
    programs: Readonly<Record<string, Behaviour>>,
    ownership?: Ownership,
  ) {
    this.kernel = kernel;
    this.#programs = programs;
    this.#ownership = ownership;
  }

  /** The wall clock at the next start. */
  get wallMs(): number {
    return new VirtualClock(this.#nowMs).wallMs();
  }

  /** One pass over a manifest. `undefined` when the machine stopped on the way. */
  apply(manifest: string, stop?: Stop): Promise<readonly Result[] | undefined> {
    return this.#run(stop, async (parts, run) => {
      const options = optionsOf(this.catalog, manifest);
      const request = { options, parts, events: () => {}, run };
      const { engine, ...accepted } = await prepareEngine(request, UNSTOPPED);
      await endPendingUndo(request, accepted, UNSTOPPED);
      return (await engine.converge(UNSTOPPED)).results;
    });
  }

  /** Undoes something under a manifest. */
  undo(
    manifest: string,
    asked: UndoRequest,
    stop?: Stop,
    signal: AbortSignal = UNSTOPPED,
  ): Promise<readonly Result[] | undefined> {
    return this.#run(stop, async (parts, run) => {
      const options = optionsOf(this.catalog, manifest);
      return (await undoOnce({ options, parts, events: () => {}, run, asked }, signal)).results;
    });
  }

  /** What the next pass would do. */
  async plan(manifest: string): Promise<Plan> {
    const plan = await this.#run(undefined, async (parts) => {
      const request = { options: optionsOf(this.catalog, manifest), parts, events: () => {} };
      return await planOnce(request, UNSTOPPED);
    });
    assert.ok(plan !== undefined, "nothing stopped it");
    return plan;
  }

  /**
   * Gives the agent an approval. `false` when it is refused; `undefined` when the machine stopped on the way.
   */
  approve(given: GivenApproval, stop?: Stop): Promise<boolean | undefined> {
    return this.#run(stop, async (parts) => {
      const events = (_event: EngineEvent): void => {};
      try {
        await takeApproval(given, { ...parts, events }, UNSTOPPED);
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Nothing happens for a time. */
  wait(ms: number): void {
    this.#nowMs += ms;
  }

  /** Has an operation done by an agent that serves, once for its key. `undefined` when the machine stopped on the way. */
  operate(
    manifest: string,
    operation: AskedOperation,
    stop?: Stop,
  ): Promise<OperationReport | undefined> {
    return this.#run(stop, async (parts, run) => {
      const options = optionsOf(this.catalog, manifest);
      const request = { options, parts, events: () => {}, run };
      const { engine } = await prepareEngine(request, UNSTOPPED);
      const ending = new AbortController();
      const serving = engine.serve({}, ending.signal);
      const report = await engine.operate(operation, UNSTOPPED);
      ending.abort();
      await serving;
      return report;
    });
  }

  /** The records as the next start finds them. */
  async records(): Promise<{ readonly ledger: OpenLedger; readonly preimages: PreimageStore }> {
    return await this.#records(new VirtualClock());
  }

  /** The agent is killed, and all that it wrote is there. */
  kill(): void {
    this.kernel = this.kernel.killAll();
    this.ledgerDisk = this.ledgerDisk.afterKill({});
    this.preimageDisk = this.preimageDisk.afterKill({});
  }

  /** The power goes: nothing is left that was not synced. */
  losePower(): void {
    this.kernel = this.kernel.crash(NO_LUCK);
    this.ledgerDisk = this.ledgerDisk.afterPowerLoss(() => 0, {});
    this.preimageDisk = this.preimageDisk.afterPowerLoss(() => 0, {});
  }

  async #run<Answer>(
    stop: Stop | undefined,
    work: (parts: AgentParts, run: string) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { kernel } = this;
    this.#arm(stop);
    const clock = new VirtualClock(this.#nowMs);
    const { ledger, preimages } = await this.#records(clock);
    const host = createSimulatedHost({
      clock,
      kernel,
      programs: this.#programs,
      packages: this.packages,
      oneShots: ledger.oneShots,
    });
    const random = seededRandom(this.#starts);
    const parts = await agentParts({ ledger, preimages, host, clock, random }, this.#ownership);
    let ended: { readonly answer: Answer } | { readonly error: unknown } | undefined;
    // A machine that stopped never answers, so its callers end with the clock of this run.
    void work(parts, `run-${this.#starts}`).then(
      (answer) => {
        ended = { answer };
      },
      (error: unknown) => {
        ended = { error };
      },
    );
    await clock.runUntil(() => ended !== undefined || kernel.injection.isStopped, LONGEST_MS);
    this.#nowMs = clock.monotonicMs() + 1;
    this.#stop = undefined;
    if (kernel.injection.isStopped) return undefined;
    assert.ok(ended !== undefined, "it ends");
    if ("error" in ended) throw ended.error;
    return ended.answer;
  }

  async #records(clock: VirtualClock) {
    this.#starts += 1;
    const random = seededRandom(1_000 + this.#starts);
    const log = silentLog;
    const opening = openLedger(
      { calls: this.ledgerDisk.calls, path: "/ledger", random, log },
      UNSTOPPED,
    );
    const ledger = await clock.finish(opening);
    const preimages = new PreimageStore({
      calls: this.preimageDisk.calls,
      directory: "/preimages",
      random,
      log,
      needed: () => neededPreimages(ledger),
    });
    return { ledger, preimages };
  }

  /** The power of both disks is that of the machine. */
  #arm(stop: Stop | undefined): void {
    const { injection } = this.kernel;
    this.#stop = stop;
    let calls = 0;
    const before = async (call: LogCall): Promise<void> => {
      const { at, call: last } = this.#stop ?? {};
      if (!READS.has(call) && ++calls === last && at === "records") injection.stop();
      if (injection.isStopped) await new Promise(() => {});
    };
    injection.stopAfter(stop?.at === "files" ? stop.call - 1 : Number.POSITIVE_INFINITY);
    this.ledgerDisk = this.ledgerDisk.afterKill({ before });
    this.preimageDisk = this.preimageDisk.afterKill({ before });
  }
}
