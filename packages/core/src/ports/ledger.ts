import type { MachineCondition } from "../condition/machine-condition.ts";
import type { ResourceId } from "../id.ts";
import type { Json } from "../json.ts";
import type { Pause } from "../pause.ts";
import type { Cause, Provenance, Verb } from "../plan/action.ts";
import type { ApprovalLedger } from "./kept/approvals.ts";
import type { ChangeLedger, PlannedChange } from "./kept/changes.ts";
import type { TemporaryPlace } from "./files.ts";
import type { OneShots } from "./host.ts";

/** An intent that is durable before its side effect. */
export interface Intent {
  readonly id: ResourceId;
  /** Unique; 16 hex characters. */
  readonly attempt: string;
  /** `run`: an operation, by its name in `operation`. */
  readonly verb: Verb | "run";
  readonly operation?: string;
  readonly specDigest: string;
  readonly cause: Cause;
  /** Where it may leave a temporary file when it is cut off. Default: nowhere. */
  readonly temporaries?: readonly TemporaryPlace[];
  /** What it changes, so that it can be undone. Default: nothing is remembered of that. */
  readonly change?: PlannedChange;
}

/** An intent without an outcome: what was in flight when the agent was last killed. */
export interface OpenIntent extends Intent {
  /** The work outside of the agent that was recorded last for it, by which its outcome can be found out. `undefined`: none was. */
  readonly task?: string;
}

/** How an attempt ended. */
export type Outcome =
  | {
      readonly type: "done";
      readonly id: ResourceId;
      readonly attempt: string;
      readonly specDigest: string;
      /** The fingerprint of the resource when it was verified. */
      readonly fingerprint: string;
      /** Whether nothing was there before the first apply of ours. */
      readonly provenance: Provenance;
      /** Refreshes that this change owes. */
      readonly owes: readonly ResourceId[];
      /** What was declared. Default: nothing is kept of it, and it is never removed. */
      readonly declaration?: KeptDeclaration;
    }
  /** Nothing is known to be left to do for this attempt; the resource is not as declared. */
  | {
      readonly type: "failed";
      readonly id: ResourceId;
      readonly attempt: string;
      /** Of how it was left. Default: nothing was changed, or nobody knows. */
      readonly fingerprint?: string;
    }
  /** An operation ended, well or not. It says nothing of attempts on the same resource. */
  | { readonly type: "ran"; readonly id: ResourceId; readonly attempt: string };

/** What of a resource's `meta` still counts when it is no longer declared. */
export interface KeptMeta {
  readonly onRemove?: "delete" | "orphan";
  readonly noop?: boolean;
  readonly condition?: readonly MachineCondition[];
  readonly timeoutMs?: number;
  readonly tags?: readonly string[];
  readonly protect?: boolean;
}

/**
 * What the ledger keeps of the declaration of a resource that was applied, so that it can be removed when the manifest
 * does not name it any more. Secrets are references.
 */
export interface KeptDeclaration {
  /** The name of the manifest that declared it: no other one removes it. */
  readonly manifest: string;
  /** As its author wrote it, without long texts; absent when what is left would not say the same. */
  readonly spec?: Json;
  /** Absent when it says nothing. */
  readonly meta?: KeptMeta;
  /** What it came after in the graph that made it. Default: nothing. */
  readonly after?: readonly ResourceId[];
  /** It was declared absent: nothing is there that could be removed. Default false. */
  readonly isAbsent?: boolean;
}

/** What is remembered of a resource's last successful apply. */
export interface LastApplied {
  readonly specDigest: string;
  readonly fingerprint: string;
  readonly provenance: Provenance;
  /** What was declared; `undefined` when nothing was kept of it, and then it is never removed. */
  readonly declaration?: KeptDeclaration;
}

/** The agent's durable memory, as the engine sees it. Reads are from memory, writes resolve when they are on disk. */
export interface Ledger extends ChangeLedger, ApprovalLedger {
  readonly oneShots: OneShots;
  lastApplied(id: ResourceId): LastApplied | undefined;
  /** Every resource with a successful apply. */
  allApplied(): Iterable<readonly [id: ResourceId, applied: LastApplied]>;
  /** Puts in place what is remembered of a resource: it moved, was adopted, or is declared otherwise. */
  remember(id: ResourceId, applied: LastApplied, signal: AbortSignal): Promise<void>;
  /** Drops what is remembered of a resource, and the refreshes that are owed to it. */
  forget(id: ResourceId, signal: AbortSignal): Promise<void>;
  /** Intents without an outcome, each with its task. */
  inFlight(): readonly OpenIntent[];
  /** Refreshes owed to this resource. */
  owed(id: ResourceId): boolean;
  /** @throws {Fault} LedgerUnavailable; then the effect must not happen. */
  begin(intent: Intent, signal: AbortSignal): Promise<void>;
  /** Records the outside task of an attempt that is in flight; a later one takes its place. */
  task(attempt: string, task: string, signal: AbortSignal): Promise<void>;
  finish(outcome: Outcome, signal: AbortSignal): Promise<void>;
  /** A refresh of this resource is owed from now on. */
  owe(id: ResourceId, signal: AbortSignal): Promise<void>;
  /** A refresh has succeeded: what was owed before its intent is no longer, what was owed after it still is. */
  refreshed(id: ResourceId, signal: AbortSignal): Promise<void>;
  /** The pause that is on; `undefined` when none is. It outlives the agent and the boot. */
  paused(): Pause | undefined;
  /** Puts a pause on, or takes it away (`undefined`). */
  pause(pause: Pause | undefined, signal: AbortSignal): Promise<void>;
  /** The generation of a manifest digest: the same as last time for the same digest, else one more. Pure. */
  generationOf(manifest: { readonly digest: string; readonly generation?: number }): number;
  /** Remembers that generation, if it is new. */
  accept(
    manifest: { readonly digest: string; readonly generation: number },
    signal: AbortSignal,
  ): Promise<void>;
}
