// Long because: it is one model of all that a ledger tells.
import assert from "node:assert/strict";
import {
  type AppliedChange,
  type HalfChange,
  type Hold,
  type KeptApproval,
  type LastApplied,
  type Ledger,
  type OpenIntent,
  type ResourceId,
  resourceId,
} from "@holdfast/core";
import type { LedgerStep } from "./ledger-step.ts";

const UNSTOPPED = new AbortController().signal;
const KEYS = ["k0", "k1"];

const BEFORE = {
  type: "file",
  place: { path: "/f" },
  preimage: { key: "0".repeat(64), sizeBytes: 3, mode: 0o644, uid: 0, gid: 0 },
} as const;

/** The resources of the laws, by number. */
export const LEDGER_IDS: readonly ResourceId[] = [0, 1, 2].map((at) =>
  resourceId("file", `/f${at}`),
);

/** The naive ledger. */
export class LedgerModel {
  readonly open: OpenIntent[] = [];
  readonly applied = new Map<ResourceId, LastApplied>();
  /** When something was last owed, and when a refresh of it last began. */
  readonly owed = new Map<string, number>();
  readonly refreshing = new Map<string, number>();
  readonly keys = new Map<string, string>();
  readonly changes = new Map<ResourceId, readonly AppliedChange[]>();
  readonly holds = new Map<ResourceId, Hold>();
  readonly halves = new Map<ResourceId, HalfChange>();
  generation: { generation: number; digest: string } | undefined;
  paused: string | undefined;
  /** By their numbers. */
  readonly given = new Set<number>();
  readonly spent = new Set<string>();
  trust: number | undefined;
  #attempts = 0;
  #now = 0;

  /** Does a step to a ledger, and to itself when that has succeeded. */
  async take(step: LedgerStep, ledger: Ledger): Promise<void> {
    switch (step.type) {
      case "key":
        return this.#turn(step, ledger);
      case "accept":
        return this.#accept(step.digest, ledger);
      case "pause":
        return this.#pause(step.reason, ledger);
      case "hold":
        return this.#hold(step, ledger);
      case "undone":
        return this.#undo(step, ledger);
      case "approve":
      case "spend":
      case "trust":
        return this.#approval(step, ledger);
      case "begin":
        return this.#begin(step, ledger);
      case "task":
        return this.#addTask(step, ledger);
      case "owe":
        await ledger.owe(idAt(step.id), UNSTOPPED);
        this.owed.set(idAt(step.id), ++this.#now);
        return;
      case "refreshed":
        return this.#refreshed(idAt(step.id), ledger);
      case "adopt":
        return this.#adopt(idAt(step.id), ledger);
      case "forget":
        await ledger.forget(idAt(step.id), UNSTOPPED);
        this.applied.delete(idAt(step.id));
        this.owed.delete(idAt(step.id));
        this.halves.delete(idAt(step.id));
        return;
      default:
        return this.#finish(step.type, step.id, ledger);
    }
  }

  /** Asserts that a ledger tells the same. */
  compare(ledger: Ledger): void {
    assert.equal(ledger.paused()?.reason, this.paused);
    assert.deepEqual(sorted(ledger.inFlight()), sorted(this.open));
    for (const id of LEDGER_IDS) {
      assert.deepEqual(ledger.lastApplied(id), this.applied.get(id));
      assert.equal(ledger.owed(id), this.owed.has(id));
      assert.deepEqual(ledger.changes(id), this.changes.get(id) ?? []);
      assert.deepEqual(ledger.hold(id), this.holds.get(id));
      assert.deepEqual(ledger.halfChange(id), this.halves.get(id));
    }
    assert.deepEqual(new Map(ledger.allApplied()), this.applied);
    const changed = [...this.changes].filter(([, own]) => own.length > 0);
    assert.deepEqual(new Map(ledger.allChanges()), new Map(changed));
    assert.deepEqual(new Map(ledger.allHolds()), this.holds);
    assert.deepEqual(new Map(ledger.allHalfChanges()), this.halves);
    for (const key of KEYS) assert.equal(ledger.oneShots.state(key), this.keys.get(key));
    this.#compareApprovals(ledger);
    const { generation = 1, digest = "d1" } = this.generation ?? {};
    assert.equal(ledger.generationOf({ digest }), generation);
  }

  /** What is used stays used, whatever else is; an approval that is used up is not given any more. */
  #compareApprovals(ledger: Ledger): void {
    const isUsedUp = (at: number): boolean =>
      [0, 1].every((action) => this.spent.has(`${nonceAt(at)}.${action}`));
    const given = [...this.given].filter((at) => !isUsedUp(at)).map(approvalAt);
    const byNonce = (one: KeptApproval, other: KeptApproval): number =>
      one.nonce.localeCompare(other.nonce);
    assert.deepEqual([...ledger.approvals()].toSorted(byNonce), given.toSorted(byNonce));
    for (const at of [0, 1, 2]) {
      for (const action of [0, 1]) {
        const nonce = `${nonceAt(at)}.${action}`;
        const { expiresMs } = approvalAt(at);
        assert.equal(ledger.isSpent({ nonce, expiresMs }), this.spent.has(nonce));
      }
    }
    assert.equal(ledger.trustAnchor()?.["version"], this.trust);
  }

  async #approval(
    step: LedgerStep & { readonly type: "approve" | "spend" | "trust" },
    ledger: Ledger,
  ): Promise<void> {
    if (step.type === "trust") {
      await ledger.anchorTrust({ version: step.version }, UNSTOPPED);
      this.trust = step.version;
      return;
    }
    if (step.type === "approve") {
      await ledger.approve(approvalAt(step.approval), UNSTOPPED);
      this.given.add(step.approval);
      return;
    }
    const { nonce, expiresMs } = approvalAt(step.approval);
    const used = `${nonce}.${step.action}`;
    await ledger.spend([{ nonce: used, expiresMs }], UNSTOPPED);
    this.spent.add(used);
  }

  async #begin(step: LedgerStep & { type: "begin" }, ledger: Ledger): Promise<void> {
    const { id: at, verb, isChange } = step;
    this.#attempts += 1;
    const change = { atMs: this.#attempts, run: "run", before: BEFORE } as const;
    const intent = {
      id: idAt(at),
      attempt: `attempt-${this.#attempts}`,
      verb,
      specDigest: "s",
      cause: "intent",
      temporaries: [{ path: "/a" }],
      ...(isChange ? { change } : {}),
    } as const;
    await ledger.begin(intent, UNSTOPPED);
    this.open.push(intent);
    if (verb === "refresh") this.refreshing.set(intent.id, ++this.#now);
  }

  async #addTask({ id, task }: LedgerStep & { type: "task" }, ledger: Ledger): Promise<void> {
    const at = this.open.findLastIndex((intent) => intent.id === idAt(id));
    const intent = this.open[at];
    await ledger.task(intent?.attempt ?? "unknown", task, UNSTOPPED);
    if (intent !== undefined) this.open[at] = { ...intent, task };
  }

  async #refreshed(id: ResourceId, ledger: Ledger): Promise<void> {
    await ledger.refreshed(id, UNSTOPPED);
    const began = this.refreshing.get(id) ?? 0;
    if (began > (this.owed.get(id) ?? 0)) this.owed.delete(id);
  }

  async #finish(type: "done" | "failed", at: number, ledger: Ledger): Promise<void> {
    const id = idAt(at);
    const intent = this.open.findLast((one) => one.id === id);
    const attempt = intent?.attempt ?? "unknown";
    const owes = [idAt((at + 1) % 3)];
    const fingerprint = `seen ${attempt}`;
    if (type === "failed") {
      await ledger.finish({ type, id, attempt, fingerprint }, UNSTOPPED);
      const { verb, change } = intent ?? {};
      if (change !== undefined && verb !== "refresh")
        this.halves.set(id, { before: change.before, fingerprint });
    } else {
      if (intent?.verb !== "refresh") this.halves.delete(id);
      const declaration = { manifest: "web", spec: { content: attempt }, after: owes };
      const rest = { specDigest: "s", fingerprint, provenance: "created", declaration } as const;
      await ledger.finish({ type, id, attempt, owes, ...rest }, UNSTOPPED);
      this.applied.set(id, rest);
      for (const target of owes) this.owed.set(target, ++this.#now);
      if (intent?.change !== undefined && intent.verb !== "refresh") {
        const { declaration: _, ...left } = rest;
        const change = { op: attempt, verb: "update", ...intent.change, ...left } as const;
        this.changes.set(id, [...this.#changesOf(id), change].slice(-5));
      }
    }
    const left = this.open.filter((one) => one.id !== id);
    this.open.splice(0, this.open.length, ...left);
  }

  async #adopt(id: ResourceId, ledger: Ledger): Promise<void> {
    const applied = { specDigest: "a", fingerprint: "a", provenance: "adopted" } as const;
    await ledger.remember(id, applied, UNSTOPPED);
    this.applied.set(id, applied);
  }

  async #turn({ key, as }: LedgerStep & { type: "key" }, { oneShots }: Ledger): Promise<void> {
    const name = KEYS[key] ?? "";
    await oneShots[as](name, UNSTOPPED);
    if (as === "forget") this.keys.delete(name);
    else this.keys.set(name, as === "begin" ? "begun" : "done");
  }

  async #accept(digest: string, ledger: Ledger): Promise<void> {
    const last = this.generation;
    const expected = last === undefined ? 1 : last.generation + (last.digest === digest ? 0 : 1);
    const generation = ledger.generationOf({ digest });
    assert.equal(generation, expected);
    assert.equal(ledger.generationOf({ digest }), expected, "asking changes nothing");
    await ledger.accept({ digest, generation }, UNSTOPPED);
    this.generation = { generation, digest };
    if (last?.digest === digest) return;
    for (const [id, { isPending }] of this.holds) if (isPending !== true) this.holds.delete(id);
  }

  async #hold(step: LedgerStep & { type: "hold" }, ledger: Ledger): Promise<void> {
    const { as, place } = step;
    const id = idAt(step.id);
    const hold = as && holdFor(this.#opAt(id, place), as);
    await ledger.putHold(id, hold, UNSTOPPED);
    if (hold === undefined) this.holds.delete(id);
    else this.holds.set(id, hold);
  }

  async #undo(step: LedgerStep & { type: "undone" }, ledger: Ledger): Promise<void> {
    const id = idAt(step.id);
    const op = this.#opAt(id, step.place);
    await ledger.undone(id, op, UNSTOPPED);
    this.changes.set(id, this.#changesOf(id).slice(0, step.place));
    this.halves.delete(id);
    if (this.holds.get(id)?.op === op) this.holds.set(id, holdFor(op, "standing"));
  }

  #changesOf(id: ResourceId): readonly AppliedChange[] {
    return this.changes.get(id) ?? [];
  }

  #opAt(id: ResourceId, place: number): string {
    return this.#changesOf(id)[place]?.op ?? "nobody knows it";
  }

  async #pause(reason: string | undefined, ledger: Ledger): Promise<void> {
    const at = "2026-01-01T00:00:00.000Z";
    await ledger.pause(reason === undefined ? undefined : { at, reason }, UNSTOPPED);
    this.paused = reason;
  }
}

function holdFor(op: string, as: "standing" | "pending"): Hold {
  const hold = { specDigest: "s", op, atMs: 5, why: "undone" } as const;
  return as === "standing" ? hold : { ...hold, isPending: true };
}

function idAt(at: number): ResourceId {
  const id = LEDGER_IDS[at];
  assert.ok(id);
  return id;
}

function nonceAt(at: number): string {
  return String(at).repeat(32);
}

function approvalAt(at: number): KeptApproval {
  const actions = LEDGER_IDS.slice(0, 2).map((id) => ({ id, verb: "delete", digest: `d${at}` }));
  const planned = "p".repeat(64);
  return { nonce: nonceAt(at), expiresMs: 1_000 + at, planned, actions, by: "user 0" };
}

function sorted(intents: readonly OpenIntent[]): readonly string[] {
  return intents.map((intent) => JSON.stringify(intent)).toSorted();
}
