import {
  type Clock,
  type EngineEvent,
  Fault,
  type FaultData,
  type HealthCheck,
  type Ledger,
  type ResourceId,
  toFault,
  type UnconfirmedChange,
} from "@holdfast/core";

/** What changes that may cut off control are watched over with. */
export interface ConfirmationParts {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "unconfirmed" | "confirm">;
  /** What confirms a change of this resource by itself; `undefined`: a person does. */
  checkOf(id: ResourceId): HealthCheck | undefined;
  /** Asks once. Never rejects but by its signal. */
  ask(check: HealthCheck, signal: AbortSignal): Promise<boolean>;
  /** Puts a resource back to what it was before. @throws {Fault} when that did not work. */
  putBack(id: ResourceId): Promise<void>;
  tell(event: EngineEvent): void;
}

/** How often a check is asked. */
const ASK_EVERY_MS = 1_000;
const RETRY_BASE_MS = 2_000;
const RETRY_CAP_MS = 60_000;
/** After a stop it is tried so often; then the next start does it. */
const TRIES_AFTER_STOP = 3;

/** A change that is being watched over. */
interface Guarded {
  readonly change: UnconfirmedChange;
  cancelDeadline(): void;
  readonly asking: AbortController;
  isAsked: boolean;
  isPuttingBack: boolean;
  /** It could not be put back, and waits to be tried again. */
  isWaiting: boolean;
}

/**
 * Watches over changes that may cut off control: what nobody confirms in time, and what fails, is put back, and tried again until
 * that has worked. What is in the ledger says what must be put back after a crash.
 */
export class Confirmations implements Disposable {
  readonly #parts: ConfirmationParts;
  readonly #guarded = new Map<string, Guarded>();
  readonly #putBack = new Map<ResourceId, FaultData>();
  readonly #onSettled: (() => void)[] = [];
  #isStopped = false;
  /** What is being put back: one after the other, since each may have an engine to itself. */
  #atWork: Promise<void> = Promise.resolve();

  constructor(parts: ConfirmationParts) {
    this.#parts = parts;
  }

  /** What was put back, and why; and what a stop left for the next start to put back. */
  get putBack(): ReadonlyMap<ResourceId, FaultData> {
    return this.#putBack;
  }

  /** Takes an event of the engine: a change begins, or has ended. */
  note(event: EngineEvent): void {
    if (event.type === "degraded" && event.fault.reason === "NotConfirmed") this.#begin();
    if (event.type !== "result") return;
    for (const guarded of this.#guarded.values()) {
      if (guarded.change.id !== event.result.id || guarded.isPuttingBack) continue;
      const { status } = event.result;
      if (status === "failed") this.#goBack(guarded, "it failed");
      else if (status === "changed" || status === "ok") void this.#askOn(guarded);
    }
  }

  /** What an earlier process left unconfirmed and could not put back either is tried again. */
  resume(): void {
    for (const change of this.#parts.ledger.unconfirmed()) {
      const why = "nobody had confirmed it when the agent ended";
      const guarded = this.#guard(change, RETRY_BASE_MS, why);
      Object.assign(guarded, { isPuttingBack: true, isWaiting: true });
    }
  }

  /** Confirms changes, by default all. Returns those that were. */
  async confirm(
    ops: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<readonly UnconfirmedChange[]> {
    const meant = [...this.#guarded.values()].filter(
      ({ change, isPuttingBack }) =>
        !isPuttingBack && (ops === undefined || ops.includes(change.op)),
    );
    for (const guarded of meant) await this.#confirmOne(guarded, signal);
    return meant.map(({ change }) => change);
  }

  /** Resolves when nothing waits any more; an abort puts back what does, and leaves to the next start what cannot be now. */
  async settled(signal: AbortSignal): Promise<void> {
    const giveUp = (): void => {
      this.#isStopped = true;
      for (const guarded of this.#guarded.values()) {
        if (!guarded.isPuttingBack || guarded.isWaiting)
          this.#goBack(guarded, "the command was stopped");
      }
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    if (this.#guarded.size > 0)
      await new Promise<void>((resolve) => {
        this.#onSettled.push(resolve);
      });
    signal.removeEventListener("abort", giveUp);
  }

  /** Nothing is put back any more by this process: the next one finds it in the ledger. */
  [Symbol.dispose](): void {
    for (const guarded of this.#guarded.values()) stopWatching(guarded);
    this.#guarded.clear();
    this.#tellSettled();
  }

  #begin(): void {
    for (const change of this.#parts.ledger.unconfirmed()) {
      if (this.#guarded.has(change.op)) continue;
      this.#guard(change, change.confirmWithinMs ?? 0, "nobody confirmed it in time");
    }
  }

  /** Puts it back after a time. */
  #guard(change: UnconfirmedChange, delayMs: number, why: string): Guarded {
    const guarded: Guarded = {
      change,
      cancelDeadline: this.#parts.clock.schedule(delayMs, () => this.#goBack(guarded, why)),
      asking: new AbortController(),
      isAsked: false,
      isPuttingBack: false,
      isWaiting: false,
    };
    this.#guarded.set(change.op, guarded);
    return guarded;
  }

  /** Asks until the check passes, or the change is confirmed or put back. */
  async #askOn(guarded: Guarded): Promise<void> {
    const { checkOf, ask, clock } = this.#parts;
    const check = checkOf(guarded.change.id);
    if (check === undefined || guarded.isAsked) return;
    guarded.isAsked = true;
    const { signal } = guarded.asking;
    const again = async (): Promise<void> => {
      try {
        const hasPassed = await ask(check, signal);
        if (signal.aborted) return;
        if (hasPassed) await this.#confirmOne(guarded, signal);
        else clock.schedule(ASK_EVERY_MS, () => void again());
      } catch {
        // It was confirmed or put back meanwhile, or cannot be put on record: then its time runs out.
      }
    };
    await again();
  }

  async #confirmOne(guarded: Guarded, signal: AbortSignal): Promise<void> {
    const { id, op } = guarded.change;
    await this.#parts.ledger.confirm(op, signal);
    this.#parts.tell({ type: "recovered", subject: id });
    this.#end(guarded);
  }

  #goBack(guarded: Guarded, why: string, attempt = 0): void {
    guarded.isPuttingBack = true;
    guarded.isWaiting = false;
    stopWatching(guarded);
    this.#atWork = this.#atWork.then(async () => {
      // What was made on top of it goes with it, and what a later change of it did is not concerned.
      if (!this.#guarded.has(guarded.change.op)) return;
      try {
        await this.#parts.putBack(guarded.change.id);
        this.#wasPutBack(guarded, why);
      } catch (error) {
        this.#notPutBack(guarded, { error, why, attempt });
      }
    });
  }

  /** Of a resource all changes are put back that nobody has confirmed. */
  #wasPutBack({ change: { id } }: Guarded, why: string): void {
    const fault = wasPutBack(id, why).toJSON();
    this.#putBack.set(id, fault);
    this.#parts.tell({ type: "degraded", subject: id, fault });
    for (const other of this.#guarded.values()) if (other.change.id === id) this.#end(other);
  }

  #notPutBack(
    guarded: Guarded,
    {
      error,
      why,
      attempt,
    }: { readonly error: unknown; readonly why: string; readonly attempt: number },
  ): void {
    const { clock, tell } = this.#parts;
    const { id } = guarded.change;
    const fault = notPutBack(id, error).toJSON();
    tell({ type: "degraded", subject: id, fault });
    if (this.#isStopped && attempt + 1 >= TRIES_AFTER_STOP) {
      this.#putBack.set(id, fault);
      this.#end(guarded);
      return;
    }
    guarded.isWaiting = true;
    const delayMs = Math.min(RETRY_BASE_MS * 2 ** attempt, RETRY_CAP_MS);
    guarded.cancelDeadline = clock.schedule(delayMs, () => {
      this.#goBack(guarded, why, attempt + 1);
    });
  }

  #end(guarded: Guarded): void {
    stopWatching(guarded);
    this.#guarded.delete(guarded.change.op);
    if (this.#guarded.size === 0) this.#tellSettled();
  }

  #tellSettled(): void {
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }
}

function stopWatching({ asking, cancelDeadline }: Guarded): void {
  asking.abort();
  cancelDeadline();
}

function notPutBack(id: ResourceId, error: unknown): Fault {
  const { reason, message, resolution } = toFault(error);
  const said = `${id} may cut off control and is not put back yet: ${message}`;
  return new Fault({ reason, message: said, resolution });
}

function wasPutBack(id: ResourceId, why: string): Fault {
  return new Fault({
    reason: "NotConfirmed",
    message: `${id} was put back to what it was before: ${why}`,
    resolution: `Correct what is declared, or try it again with: holdfast resume ${id}`,
  });
}
