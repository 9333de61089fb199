import {
  type AppliedChange,
  ApprovalMemory,
  ChangeMemory,
  type HalfChange,
  type Hold,
  type Intent,
  type JsonObject,
  type KeptApproval,
  type LastApplied,
  type Ledger,
  type OneShots,
  type OpenIntent,
  type Outcome,
  type Pause,
  type ResourceId,
  type SpentNonce,
  type UnconfirmedChange,
} from "@holdfast/core";
import { simulatedOneShots } from "./simulated-host/simulated-one-shots.ts";

/** A ledger in memory that tells what was written, for engines under test. */
export class MemoryLedger implements Ledger {
  readonly oneShots: OneShots = simulatedOneShots();
  readonly intents: Intent[] = [];
  readonly outcomes: Outcome[] = [];
  /** While set, every write is refused with it. */
  refusal: Error | undefined;
  #pause: Pause | undefined;
  #generation: { readonly generation: number; readonly digest: string } | undefined;
  readonly #applied = new Map<ResourceId, LastApplied>();
  readonly #open = new Map<string, OpenIntent>();
  readonly #owed = new Map<ResourceId, "new" | "met">();
  readonly #changes = new ChangeMemory();
  readonly #approvals = new ApprovalMemory();
  #trust: JsonObject | undefined;

  lastApplied(id: ResourceId): LastApplied | undefined {
    return this.#applied.get(id);
  }

  allApplied(): Iterable<readonly [id: ResourceId, applied: LastApplied]> {
    return this.#applied;
  }

  async remember(id: ResourceId, applied: LastApplied): Promise<void> {
    this.#refuse();
    this.#applied.set(id, applied);
  }

  async forget(id: ResourceId): Promise<void> {
    this.#refuse();
    this.#applied.delete(id);
    this.#owed.delete(id);
    this.#changes.forget(id);
  }

  inFlight(): readonly OpenIntent[] {
    return [...this.#open.values()];
  }

  owed(id: ResourceId): boolean {
    return this.#owed.has(id);
  }

  async begin(intent: Intent): Promise<void> {
    this.#refuse();
    this.intents.push(intent);
    this.#changes.begin(intent);
    this.#open.set(intent.attempt, intent);
    const isMet = intent.verb === "refresh" && this.#owed.has(intent.id);
    if (isMet) this.#owed.set(intent.id, "met");
  }

  async task(attempt: string, task: string): Promise<void> {
    this.#refuse();
    const intent = this.#open.get(attempt);
    if (intent !== undefined) this.#open.set(attempt, { ...intent, task });
  }

  async finish(outcome: Outcome): Promise<void> {
    this.#refuse();
    this.outcomes.push(outcome);
    if (outcome.type === "ran") {
      this.#open.delete(outcome.attempt);
      return;
    }
    const intent = this.#open.get(outcome.attempt);
    this.#changes.finish(intent, outcome);
    for (const [attempt, { id }] of this.#open) if (id === outcome.id) this.#open.delete(attempt);
    if (outcome.type === "failed") return;
    const { id, specDigest, fingerprint, provenance, owes, declaration } = outcome;
    const kept = declaration === undefined ? {} : { declaration };
    this.#applied.set(id, { specDigest, fingerprint, provenance, ...kept });
    for (const target of owes) this.#owed.set(target, "new");
  }

  async owe(id: ResourceId): Promise<void> {
    this.#refuse();
    this.#owed.set(id, "new");
  }

  async refreshed(id: ResourceId): Promise<void> {
    this.#refuse();
    if (this.#owed.get(id) === "met") this.#owed.delete(id);
  }

  changes(id: ResourceId): readonly AppliedChange[] {
    return this.#changes.of(id);
  }

  allChanges(): Iterable<readonly [id: ResourceId, changes: readonly AppliedChange[]]> {
    return this.#changes.all();
  }

  halfChange(id: ResourceId): HalfChange | undefined {
    return this.#changes.halves().get(id);
  }

  allHalfChanges(): Iterable<readonly [id: ResourceId, change: HalfChange]> {
    return this.#changes.halves();
  }

  hold(id: ResourceId): Hold | undefined {
    return this.#changes.holds().get(id);
  }

  allHolds(): Iterable<readonly [id: ResourceId, hold: Hold]> {
    return this.#changes.holds();
  }

  async putHold(id: ResourceId, hold: Hold | undefined): Promise<void> {
    this.#refuse();
    this.#changes.hold(id, hold);
  }

  unconfirmed(): Iterable<UnconfirmedChange> {
    return this.#changes.unconfirmed();
  }

  async confirm(op: string): Promise<void> {
    this.#refuse();
    this.#changes.confirm(op);
  }

  async undone(id: ResourceId, op: string): Promise<void> {
    this.#refuse();
    this.#changes.undone(id, op);
  }

  approvals(): Iterable<KeptApproval> {
    return this.#approvals.given();
  }

  isSpent(spent: SpentNonce): boolean {
    return this.#approvals.isSpent(spent);
  }

  async approve(approval: KeptApproval): Promise<void> {
    this.#refuse();
    this.#approvals.approve(approval);
  }

  async spend(spent: readonly SpentNonce[]): Promise<void> {
    this.#refuse();
    this.#approvals.spend(spent);
  }

  trustAnchor(): JsonObject | undefined {
    return this.#trust;
  }

  async anchorTrust(anchor: JsonObject): Promise<void> {
    this.#refuse();
    this.#trust = anchor;
  }

  paused(): Pause | undefined {
    return this.#pause;
  }

  async pause(pause: Pause | undefined): Promise<void> {
    this.#refuse();
    this.#pause = pause;
  }

  generationOf(manifest: { readonly digest: string; readonly generation?: number }): number {
    const { digest, generation } = this.#generation ?? { digest: undefined, generation: 0 };
    return manifest.generation ?? (digest === manifest.digest ? generation : generation + 1);
  }

  async accept(manifest: { readonly digest: string; readonly generation: number }): Promise<void> {
    this.#refuse();
    const { digest, generation } = this.#generation ?? {};
    const isKnown = digest === manifest.digest && generation === manifest.generation;
    if (!isKnown) this.#changes.liftHolds();
    this.#generation = manifest;
  }

  #refuse(): void {
    if (this.refusal) throw this.refusal;
  }
}
