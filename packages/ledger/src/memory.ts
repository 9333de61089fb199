// Long because: each record folds to memory here, and memory to records.
import {
  type AppliedChange,
  type UnconfirmedChange,
  ChangeMemory,
  type LastApplied,
  type OpenIntent,
  type Pause,
  type ResourceId,
  unreachable,
} from "@holdfast/core";
import { ApprovalRecords, isApprovalRecord } from "./approval-records.ts";
import { FORMAT_VERSION, formatRecord, type LedgerRecord } from "./record.ts";

const CHANGE_RECORDS = ["change", "unconfirmed", "confirmed", "undone", "hold", "half"] as const;

type ChangeRecord = LedgerRecord & { readonly type: (typeof CHANGE_RECORDS)[number] };

/** What the records fold to. */
export class Memory {
  lineage: string | undefined;
  generation: { readonly generation: number; readonly digest: string } | undefined;
  pause: Pause | undefined;
  readonly applied = new Map<ResourceId, LastApplied>();
  readonly open = new Map<string, OpenIntent>();
  /** `met`: a refresh that began after the last change pays it, if it succeeds. */
  readonly owed = new Map<ResourceId, "new" | "met">();
  /** The attempts in `open` of each resource, for with many at once to search for them takes long. */
  readonly #attempts = new Map<ResourceId, string[]>();
  /** What can be undone, and what is held. */
  readonly changes = new ChangeMemory();
  /** What was approved, and what of it was used. */
  readonly approvals = new ApprovalRecords();
  /** Lines that a later version wrote, without their seal. They are kept for it. */
  readonly foreign: string[] = [];
  /** `forgotten` is kept only while keys may be missing: then what is not here is not known to be free. */
  readonly #keys = new Map<string, "begun" | "done" | "forgotten">();
  #version = FORMAT_VERSION;
  #keyLoss: "none" | "lost" | "settled" = "none";

  /** Keys of one-shots may be missing, so that one that is not known may have run. */
  get areKeysInDoubt(): boolean {
    const isNewer = this.foreign.length > 0 || this.#version > FORMAT_VERSION;
    return this.#keyLoss === "lost" || (isNewer && this.#keyLoss === "none");
  }

  /** How it is with a key; `begun` when its outcome is unknown. */
  keyState(key: string): "begun" | "done" | undefined {
    const known = this.#keys.get(key) ?? (this.areKeysInDoubt ? "begun" : undefined);
    return known === "forgotten" ? undefined : known;
  }

  /** The keys that are known, with how it is with each. */
  *keys(): Iterable<readonly [key: string, as: "begun" | "done"]> {
    for (const [key, as] of this.#keys) if (as !== "forgotten") yield [key, as];
  }

  /** Takes what another memory of the same ledger knows of keys and approvals: what was used there was used. */
  takeKeys(other: Memory): void {
    this.approvals.memory.takeSpent(other.approvals.memory);
    for (const [key, as] of other.#keys) {
      if (as === "done" || !this.#keys.has(key)) this.#keys.set(key, as);
    }
  }

  /** Folds one record in. */
  fold(record: LedgerRecord): void {
    if (isApprovalRecord(record)) return this.approvals.fold(record);
    if (isChangeRecord(record)) return this.#foldChange(record);
    switch (record.type) {
      case "ledger":
        this.lineage = record.lineage;
        this.#version = Math.max(this.#version, record.version);
        return;
      case "generation":
        this.#accept(record);
        return;
      case "intent":
        return this.#begin(record);
      case "task":
        this.#addTask(record);
        return;
      case "done":
        this.changes.finish(this.open.get(record.attempt), record);
        this.#remember(record);
        this.#close(record.id);
        for (const target of record.owes) this.owed.set(target, "new");
        return;
      case "failed":
        this.changes.finish(this.open.get(record.attempt), record);
        this.#close(record.id);
        return;
      case "ran":
        this.#closeOne(record);
        return;
      case "applied":
        this.#remember(record);
        return;
      case "forgotten":
        this.applied.delete(record.id);
        this.owed.delete(record.id);
        this.changes.forget(record.id);
        return;
      case "owed":
        this.owed.set(record.id, record.isMet === true ? "met" : "new");
        return;
      case "refreshed":
        // What changed while it was being refreshed is owed afresh.
        if (this.owed.get(record.id) === "met") this.owed.delete(record.id);
        return;
      case "key":
        this.#turnKey(record);
        return;
      case "keys":
        this.#turnAllKeys(record.as);
        return;
      case "pause":
        this.pause = record.pause ?? undefined;
        return;
      default:
        return unreachable(record);
    }
  }

  /** As few lines as fold to the same memory, without their seals. */
  *lines(): Iterable<string> {
    const { lineage } = this;
    if (lineage !== undefined) {
      yield formatRecord({ type: "ledger", version: this.#version, lineage });
    }
    // First what puts keys in doubt: only then is it worth keeping which of them are free.
    yield* this.foreign;
    for (const record of this.#records()) yield formatRecord(record);
  }

  /** How many lines that is, at most. */
  get size(): number {
    const { applied, open, owed, foreign, changes, approvals } = this;
    const lines = applied.size + owed.size + this.#keys.size + 2 * open.size + changes.size;
    return 5 + lines + foreign.length + approvals.size;
  }

  *#records(): Iterable<LedgerRecord> {
    if (this.#keyLoss !== "none") yield { type: "keys", as: this.#keyLoss };
    if (this.generation !== undefined) yield { type: "generation", ...this.generation };
    if (this.pause !== undefined) yield { type: "pause", pause: this.pause };
    for (const [id, applied] of this.applied) yield { type: "applied", id, ...applied };
    for (const [id, changes] of this.changes.all())
      for (const change of changes) yield { type: "change", id, ...change };
    for (const change of this.changes.unconfirmed()) yield { type: "unconfirmed", ...change };
    for (const [id, hold] of this.changes.holds()) yield { type: "hold", id, hold };
    for (const [id, half] of this.changes.halves()) yield { type: "half", id, ...half };
    yield* this.approvals.records();
    for (const [key, as] of this.#keys) yield { type: "key", key, as };
    for (const { task, ...intent } of this.open.values()) {
      yield { type: "intent", ...intent };
      if (task !== undefined) yield { type: "task", attempt: intent.attempt, taskId: task };
    }
    // After the intents, which say nothing of them any more.
    for (const [id, as] of this.owed) {
      yield { type: "owed", id, ...(as === "met" ? { isMet: true } : {}) };
    }
  }

  #begin(intent: LedgerRecord & { readonly type: "intent" }): void {
    this.#open(intent);
    this.changes.begin(intent);
    if (intent.verb === "refresh" && this.owed.has(intent.id)) this.owed.set(intent.id, "met");
  }

  #foldChange(record: ChangeRecord): void {
    switch (record.type) {
      case "undone":
        return this.changes.undone(record.id, record.op);
      case "hold":
        return this.changes.hold(record.id, record.hold ?? undefined);
      case "half": {
        const { id, before, fingerprint } = record;
        return this.changes.leave(id, { before, fingerprint });
      }
      case "confirmed":
        return this.changes.confirm(record.op);
      case "unconfirmed": {
        return this.changes.await(unconfirmedIn(record));
      }
      case "change":
        return this.changes.add(record.id, changeIn(record));
      default:
        return unreachable(record);
    }
  }

  /** A generation that is new lets what was undone be done again. */
  #accept({ generation, digest }: LedgerRecord & { readonly type: "generation" }): void {
    const isKnown = this.generation?.digest === digest && this.generation.generation === generation;
    if (!isKnown) this.changes.liftHolds();
    this.generation = { generation, digest };
  }

  #open(intent: OpenIntent): void {
    const { id, attempt, verb, operation, specDigest, cause, temporaries, change } = intent;
    const left = temporaries === undefined ? {} : { temporaries };
    const asked = operation === undefined ? {} : { operation };
    const undo = change === undefined ? {} : { change };
    this.open.set(attempt, { id, attempt, verb, ...asked, specDigest, cause, ...left, ...undo });
    const attempts = this.#attempts.get(id);
    if (attempts === undefined) this.#attempts.set(id, [attempt]);
    else attempts.push(attempt);
  }

  #addTask({ attempt, taskId }: LedgerRecord & { readonly type: "task" }): void {
    const intent = this.open.get(attempt);
    // One that has ended is never asked for again.
    if (intent !== undefined) this.open.set(attempt, { ...intent, task: taskId });
  }

  /** An outcome closes every earlier intent of its resource: work that was given up came before it in the same lane. */
  #close(id: ResourceId): void {
    for (const attempt of this.#attempts.get(id) ?? []) this.open.delete(attempt);
    this.#attempts.delete(id);
  }

  /** The end of an operation says nothing of an attempt before it whose outcome is not known. */
  #closeOne({ id, attempt }: { readonly id: ResourceId; readonly attempt: string }): void {
    this.open.delete(attempt);
    const left = (this.#attempts.get(id) ?? []).filter((one) => one !== attempt);
    if (left.length === 0) this.#attempts.delete(id);
    else this.#attempts.set(id, left);
  }

  #remember({
    id,
    specDigest,
    fingerprint,
    provenance,
    declaration,
  }: LastApplied & { readonly id: ResourceId }): void {
    const kept = declaration === undefined ? {} : { declaration };
    this.applied.set(id, { specDigest, fingerprint, provenance, ...kept });
  }

  #turnKey({ key, as }: LedgerRecord & { readonly type: "key" }): void {
    if (as === "forgotten" && !this.areKeysInDoubt) this.#keys.delete(key);
    else this.#keys.set(key, as);
  }

  #turnAllKeys(as: "lost" | "settled"): void {
    this.#keyLoss = as;
    if (as === "lost") return this.approvals.memory.dropGiven();
    for (const [key, state] of this.#keys) if (state === "forgotten") this.#keys.delete(key);
  }
}

function isChangeRecord(record: LedgerRecord): record is ChangeRecord {
  return CHANGE_RECORDS.some((type) => type === record.type);
}

/** Without what belongs to its line, such as the checksum: the next compaction would write that among the fields. */
function unconfirmedIn(record: LedgerRecord & { readonly type: "unconfirmed" }): UnconfirmedChange {
  const { id, op, atMs, run, before, confirmWithinMs, verb, specDigest } = record;
  const named = run === undefined ? {} : { run };
  const guarded = confirmWithinMs === undefined ? {} : { confirmWithinMs };
  return { id, op, atMs, ...named, before, ...guarded, verb, specDigest };
}

function changeIn(record: LedgerRecord & { readonly type: "change" }): AppliedChange {
  const { op, atMs, run, before, verb, specDigest, fingerprint, provenance } = record;
  const named = run === undefined ? {} : { run };
  return { op, atMs, ...named, before, verb, specDigest, fingerprint, provenance };
}
