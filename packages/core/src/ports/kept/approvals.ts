import type { ResourceId } from "../../id.ts";
import type { JsonObject } from "../../json.ts";

/** One exact action that somebody approved. */
export interface KeptAction {
  readonly id: ResourceId;
  readonly verb: string;
  /** What `actionDigest` says of it. */
  readonly digest: string;
}

/** An approval that was given and not used up. Each of its actions may be done once. */
export interface KeptApproval {
  /** 32 hexadecimal digits. */
  readonly nonce: string;
  /** Wall clock, milliseconds since 1970: it counts until then. */
  readonly expiresMs: number;
  /** The digest of the desired state that its actions were planned from. */
  readonly planned: string;
  readonly actions: readonly KeptAction[];
  /** Who gave it, for people: a user of this machine, or the keys that signed. */
  readonly by: string;
  /** The signed envelope, which is verified each time it is to count. Absent: a user of this machine gave it, by its rights. */
  readonly envelope?: string;
}

/** That one action of an approval was used. */
export interface SpentNonce {
  /** The nonce of the approval, a dot, and the position of the action in it. */
  readonly nonce: string;
  /** When its approval expires. */
  readonly expiresMs: number;
}

/** What a ledger knows of approvals. */
export interface ApprovalLedger {
  /** Those that were given and are not used up, expired ones among them; a few. */
  approvals(): Iterable<KeptApproval>;
  /** Whether the action of this nonce was begun; true as well of what is too old to be known. */
  isSpent(spent: SpentNonce): boolean;
  /** Keeps an approval. One with the same nonce is replaced. */
  approve(approval: KeptApproval, signal: AbortSignal): Promise<void>;
  /** Has nonces count as used, for good: durable when it resolves, and only then may the action begin. */
  spend(spent: readonly SpentNonce[], signal: AbortSignal): Promise<void>;
  /** What was kept of the trust list that was accepted last; `undefined` when none ever was. */
  trustAnchor(): JsonObject | undefined;
  /** Keeps that. */
  anchorTrust(anchor: JsonObject, signal: AbortSignal): Promise<void>;
}
