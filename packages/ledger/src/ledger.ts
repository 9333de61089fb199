// Long because: it is all that an open ledger can be asked, one line each.
import type {
  AppliedChange,
  Fault,
  HalfChange,
  Hold,
  Intent,
  JsonObject,
  KeptApproval,
  LastApplied,
  Ledger,
  Log,
  OneShots,
  OpenIntent,
  Outcome,
  Pause,
  Random,
  ResourceId,
  SpentNonce,
  UnconfirmedChange,
} from "@holdfast/core";
import type { LogCalls } from "@holdfast/daemonkit/appendlog";
import { LedgerFile } from "./ledger-file.ts";
import type { Memory } from "./memory.ts";

/** What a ledger is kept with. */
export interface LedgerOptions {
  /** The disk. */
  readonly calls: LogCalls;
  /** The file; absolute. */
  readonly path: string;
  readonly random: Random;
  readonly log: Log;
  /** Refuses every write, and takes a ledger that cannot be read for an empty one. Default false. */
  readonly isReadOnly?: boolean;
  /** It is compacted when it has more than so many lines beyond twice what is needed. Default 2,000. */
  readonly spareLines?: number;
}

/** A ledger that is open. Disposing waits for what is under way. */
export interface OpenLedger extends Ledger, AsyncDisposable {
  /** 32 hex characters, made with the ledger; a plan or an approval for another lineage is not for this one. */
  readonly lineage: string;
  /** Nothing was ever written: its lineage is made with the first record. */
  readonly isNew: boolean;
  /** What is not as it should be: it cannot be read, written or made smaller, or lost keys; `undefined` while all is well. */
  readonly condition: Fault | undefined;
  /** Calls back when the condition becomes another, until the returned function is called. */
  onCondition(listener: () => void): () => void;
  /**
   * Observes whether the records are still on the disk, and repairs the file where they are not; `condition` says so.
   */
  check(signal: AbortSignal): Promise<void>;
  /** Keys may be missing, because records were lost or could not be read. */
  readonly areKeysInDoubt: boolean;
  /** The keys of one-shots that are known; `begun` when the outcome is not. */
  allKeys(): Iterable<readonly [key: string, as: "begun" | "done"]>;
  /** A person says that a one-shot whose key is not known has not run. */
  settleKeys(signal: AbortSignal): Promise<void>;
}

const LINEAGE_BYTES = 16;
const SPARE_LINES = 2_000;

/**
 * Opens the ledger, whatever it finds. Reading is from memory; a write resolves when it is on disk. Nothing is written
 * before the first record, so that a pass that changes nothing writes nothing.
 */
export async function openLedger(options: LedgerOptions, signal: AbortSignal): Promise<OpenLedger> {
  const { random, isReadOnly = false, spareLines = SPARE_LINES } = options;
  const newLineage = random.hex(LINEAGE_BYTES);
  const given = { ...options, newLineage, isReadOnly, spareLines };
  return new LogLedger(await LedgerFile.open(given, signal), newLineage);
}

class LogLedger implements OpenLedger {
  readonly oneShots: OneShots;
  readonly #file: LedgerFile;
  readonly #newLineage: string;

  constructor(file: LedgerFile, newLineage: string) {
    this.#file = file;
    this.#newLineage = newLineage;
    this.oneShots = this.#createOneShots();
  }

  get lineage(): string {
    return this.#memory.lineage ?? this.#newLineage;
  }

  get isNew(): boolean {
    return this.#file.isNew;
  }

  get condition(): Fault | undefined {
    return this.#file.condition.current;
  }

  onCondition(listener: () => void): () => void {
    return this.#file.condition.subscribe(listener);
  }

  check(signal: AbortSignal): Promise<void> {
    return this.#file.check(signal);
  }

  get areKeysInDoubt(): boolean {
    return this.#memory.areKeysInDoubt;
  }

  allKeys(): Iterable<readonly [key: string, as: "begun" | "done"]> {
    return this.#memory.keys();
  }

  settleKeys(signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "keys", as: "settled" }, signal);
  }

  lastApplied(id: ResourceId): LastApplied | undefined {
    return this.#memory.applied.get(id);
  }

  allApplied(): Iterable<readonly [id: ResourceId, applied: LastApplied]> {
    return this.#memory.applied;
  }

  async remember(id: ResourceId, applied: LastApplied, signal: AbortSignal): Promise<void> {
    await this.#file.append({ type: "applied", id, ...applied }, signal);
  }

  async forget(id: ResourceId, signal: AbortSignal): Promise<void> {
    const { applied, owed, changes } = this.#memory;
    const isKnown = applied.has(id) || owed.has(id) || changes.halves().has(id);
    if (isKnown) await this.#file.append({ type: "forgotten", id }, signal);
  }

  inFlight(): readonly OpenIntent[] {
    return [...this.#memory.open.values()];
  }

  owed(id: ResourceId): boolean {
    return this.#memory.owed.has(id);
  }

  begin(intent: Intent, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "intent", ...intent }, signal);
  }

  task(attempt: string, task: string, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "task", attempt, taskId: task }, signal);
  }

  finish(outcome: Outcome, signal: AbortSignal): Promise<void> {
    return this.#file.append(outcome, signal);
  }

  owe(id: ResourceId, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "owed", id }, signal);
  }

  refreshed(id: ResourceId, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "refreshed", id }, signal);
  }

  changes(id: ResourceId): readonly AppliedChange[] {
    return this.#memory.changes.of(id);
  }

  allChanges(): Iterable<readonly [id: ResourceId, changes: readonly AppliedChange[]]> {
    return this.#memory.changes.all();
  }

  halfChange(id: ResourceId): HalfChange | undefined {
    return this.#memory.changes.halves().get(id);
  }

  allHalfChanges(): Iterable<readonly [id: ResourceId, change: HalfChange]> {
    return this.#memory.changes.halves();
  }

  hold(id: ResourceId): Hold | undefined {
    return this.#memory.changes.holds().get(id);
  }

  allHolds(): Iterable<readonly [id: ResourceId, hold: Hold]> {
    return this.#memory.changes.holds();
  }

  async putHold(id: ResourceId, hold: Hold | undefined, signal: AbortSignal): Promise<void> {
    if (hold === undefined && this.hold(id) === undefined) return;
    await this.#file.append({ type: "hold", id, hold: hold ?? null }, signal);
  }

  unconfirmed(): Iterable<UnconfirmedChange> {
    return this.#memory.changes.unconfirmed();
  }

  confirm(op: string, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "confirmed", op }, signal);
  }

  undone(id: ResourceId, op: string, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "undone", id, op }, signal);
  }

  approvals(): Iterable<KeptApproval> {
    return this.#memory.approvals.memory.given();
  }

  isSpent(spent: SpentNonce): boolean {
    return this.#memory.approvals.memory.isSpent(spent);
  }

  approve(approval: KeptApproval, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "approval", approval }, signal);
  }

  spend(spent: readonly SpentNonce[], signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "spent", spent }, signal);
  }

  trustAnchor(): JsonObject | undefined {
    return this.#memory.approvals.trust;
  }

  anchorTrust(anchor: JsonObject, signal: AbortSignal): Promise<void> {
    return this.#file.append({ type: "trust", anchor }, signal);
  }

  paused(): Pause | undefined {
    return this.#memory.pause;
  }

  async pause(pause: Pause | undefined, signal: AbortSignal): Promise<void> {
    if (pause === undefined && this.#memory.pause === undefined) return;
    await this.#file.append({ type: "pause", pause: pause ?? null }, signal);
  }

  generationOf(manifest: { readonly digest: string; readonly generation?: number }): number {
    if (manifest.generation !== undefined) return manifest.generation;
    const last = this.#memory.generation;
    if (last === undefined) return 1;
    return last.digest === manifest.digest ? last.generation : last.generation + 1;
  }

  async accept(
    manifest: { readonly digest: string; readonly generation: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { digest, generation } = manifest;
    const last = this.#memory.generation;
    if (last?.digest === digest && last.generation === generation) return;
    await this.#file.append({ type: "generation", generation, digest }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  get #memory(): Memory {
    return this.#file.memory;
  }

  #createOneShots(): OneShots {
    const turn = (as: "begun" | "done" | "forgotten") => (key: string, signal: AbortSignal) =>
      this.#file.append({ type: "key", key, as }, signal);
    return {
      state: (key) => this.#memory.keyState(key),
      begin: turn("begun"),
      done: turn("done"),
      forget: turn("forgotten"),
    };
  }
}
