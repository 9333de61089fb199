import { type Clock, Fault, type PackageProgress, type PackageRun } from "@holdfast/core";
import type { PackageBackend, PackageStep, StepEnd } from "../package-backend.ts";
import { requireTask } from "./task-names.ts";
import { waitForLocks } from "./wait-for-locks.ts";

/** unattended-upgrades may hold the locks for minutes. */
const LOCK_WAIT_MS = 600_000;
/** Longer than any transaction; it goes on after that, but is no longer waited for. */
const LONGEST_STEP_MS = 3_600_000;
/** Somebody may take a lock after it was checked and before the step; so often the step is begun again. */
const MOST_ATTEMPTS = 5;

/** The steps of one transaction: each waits for the locks of others before it begins. */
export class Steps {
  /** How those that were carried out ended, in order. */
  readonly ends: StepEnd[] = [];
  readonly progress: (progress: PackageProgress) => void;
  readonly #backend: PackageBackend;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #waitMs: number;
  readonly #deadlineMs: number;

  constructor(backend: PackageBackend, clock: Clock, run: PackageRun, signal: AbortSignal) {
    requireTask(run.task);
    this.#backend = backend;
    this.#clock = clock;
    this.#signal = signal;
    this.#waitMs = run.lockWaitMs ?? LOCK_WAIT_MS;
    this.#deadlineMs = clock.monotonicMs() + this.#waitMs;
    this.progress = run.progress ?? (() => {});
  }

  /** @throws {Fault} PackagesLocked, Aborted. */
  wait(): Promise<void> {
    const wait = {
      backend: this.#backend,
      clock: this.#clock,
      deadlineMs: this.#deadlineMs,
      waitMs: this.#waitMs,
      progress: this.progress,
    };
    return waitForLocks(wait, this.#signal);
  }

  /**
   * Carries out one step; again, when it failed while somebody else held a lock.
   * @throws {Fault} PackagesLocked, PackageTransactionRunning, Aborted, or what the backend says.
   */
  async run(step: PackageStep, task: string): Promise<StepEnd> {
    for (let attempt = 1; ; attempt += 1) {
      await this.wait();
      const end = await this.#runOnce(step, task);
      const isFinal = end.exitCode === 0 || attempt === MOST_ATTEMPTS;
      if (isFinal || (await this.#backend.lockHolder(this.#signal)) === undefined) {
        this.ends.push(end);
        return end;
      }
    }
  }

  async #runOnce(step: PackageStep, task: string): Promise<StepEnd> {
    const late = new AbortController();
    const cancel = this.#clock.schedule(LONGEST_STEP_MS, () => late.abort(goesOn(task)));
    try {
      const signal = AbortSignal.any([this.#signal, late.signal]);
      return await this.#backend.run(step, { task }, signal);
    } finally {
      cancel();
    }
  }
}

function goesOn(task: string): Fault {
  return new Fault({
    reason: "PackageTransactionRunning",
    message: `the package transaction ${task} runs for ${LONGEST_STEP_MS / 60_000} minutes already`,
    resolution: "Find out what it waits for; it is not ended, and is found again.",
  });
}
