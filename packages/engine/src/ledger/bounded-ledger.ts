import { type Clock, type EventSink, Fault, type Ledger } from "@holdfast/core";

/** A ledger, and where its condition is reported. */
export interface BoundedLedgerOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly events: EventSink;
}

/** A busy disk may take long; one that takes longer hangs. */
const WITHIN_MS = 30_000;
/** The condition of a ledger that hangs. */
const SUBJECT = "ledger";

/**
 * A ledger whose writes end in their time. One that does not answer is a fault for the writer, and the agent is
 * degraded until it answers after all: meanwhile every write fails at once, so that work without a write does not wait
 * behind work with one. What was given up may still become durable: the next start examines an intent without an
 * effect, and an outcome is true whenever it comes. One-shots are written by kinds, within the deadline of their
 * resource.
 */
export function boundedLedger({ ledger, clock, events }: BoundedLedgerOptions): Ledger {
  const bound = new WriteBound(clock, events);
  return {
    oneShots: ledger.oneShots,
    lastApplied: (id) => ledger.lastApplied(id),
    allApplied: () => ledger.allApplied(),
    remember: (id, applied, signal) => bound.write(() => ledger.remember(id, applied, signal)),
    forget: (id, signal) => bound.write(() => ledger.forget(id, signal)),
    inFlight: () => ledger.inFlight(),
    owed: (id) => ledger.owed(id),
    begin: (intent, signal) => bound.write(() => ledger.begin(intent, signal)),
    task: (attempt, id, signal) => bound.write(() => ledger.task(attempt, id, signal)),
    finish: (outcome, signal) => bound.write(() => ledger.finish(outcome, signal)),
    owe: (id, signal) => bound.write(() => ledger.owe(id, signal)),
    refreshed: (id, signal) => bound.write(() => ledger.refreshed(id, signal)),
    changes: (id) => ledger.changes(id),
    allChanges: () => ledger.allChanges(),
    halfChange: (id) => ledger.halfChange(id),
    allHalfChanges: () => ledger.allHalfChanges(),
    hold: (id) => ledger.hold(id),
    allHolds: () => ledger.allHolds(),
    putHold: (id, hold, signal) => bound.write(() => ledger.putHold(id, hold, signal)),
    unconfirmed: () => ledger.unconfirmed(),
    confirm: (op, signal) => bound.write(() => ledger.confirm(op, signal)),
    undone: (id, op, signal) => bound.write(() => ledger.undone(id, op, signal)),
    approvals: () => ledger.approvals(),
    isSpent: (spent) => ledger.isSpent(spent),
    approve: (approval, signal) => bound.write(() => ledger.approve(approval, signal)),
    spend: (spent, signal) => bound.write(() => ledger.spend(spent, signal)),
    trustAnchor: () => ledger.trustAnchor(),
    anchorTrust: (anchor, signal) => bound.write(() => ledger.anchorTrust(anchor, signal)),
    paused: () => ledger.paused(),
    pause: (pause, signal) => bound.write(() => ledger.pause(pause, signal)),
    generationOf: (manifest) => ledger.generationOf(manifest),
    accept: (manifest, signal) => bound.write(() => ledger.accept(manifest, signal)),
  };
}

class WriteBound {
  readonly #clock: Clock;
  readonly #events: EventSink;
  /** Writes that were given up and have not ended. */
  #hanging = 0;

  constructor(clock: Clock, events: EventSink) {
    this.#clock = clock;
    this.#events = events;
  }

  /** @throws {Fault} LedgerUnavailable, when it does not end in its time; what it throws. */
  async write(start: () => Promise<void>): Promise<void> {
    if (this.#hanging > 0) throw hangingFault();
    const written = start();
    const late = Promise.withResolvers<never>();
    const cancel = this.#clock.schedule(WITHIN_MS, () => {
      late.reject(hangingFault());
      this.#giveUp(written);
    });
    try {
      await Promise.race([written, late.promise]);
    } finally {
      cancel();
    }
  }

  #giveUp(written: Promise<void>): void {
    this.#hanging += 1;
    if (this.#hanging === 1) {
      this.#events({ type: "degraded", subject: SUBJECT, fault: hangingFault().toJSON() });
    }
    const onEnd = (): void => {
      this.#hanging -= 1;
      if (this.#hanging === 0) this.#events({ type: "recovered", subject: SUBJECT });
    };
    written.then(onEnd, onEnd);
  }
}

function hangingFault(): Fault {
  return new Fault({
    reason: "LedgerUnavailable",
    message: `the ledger did not answer within ${WITHIN_MS / 1_000} s`,
    resolution: "Find what the disk under it waits for; nothing is applied until it answers.",
  });
}
