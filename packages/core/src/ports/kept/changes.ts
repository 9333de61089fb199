import type { ResourceId } from "../../id.ts";
import type { Json } from "../../json.ts";
import type { Provenance, Verb } from "../../plan/action.ts";
import type { Preimage } from "./preimages.ts";

/** Where a regular file lies. */
export interface FilePlace {
  /** Absolute. */
  readonly path: string;
  /** A symbolic link there is followed. Default false. */
  readonly followLink?: boolean;
}

/** What a resource was before a change: that by which the change is undone. */
export type Before =
  /** Nothing was there. */
  | { readonly type: "absent" }
  /** What an author would have written for what was there. */
  | { readonly type: "input"; readonly input: Json }
  /** A file, all of it. */
  | { readonly type: "file"; readonly place: FilePlace; readonly preimage: Preimage }
  /** It cannot be given back. */
  | { readonly type: "lost"; readonly why: string };

/** What an intent says of the change that it begins. */
export interface PlannedChange {
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  /** The run of the agent it belongs to, as in the event log. Default: none. */
  readonly run?: string;
  readonly before: Before;
  /** It may cut off whoever made it: unless it is confirmed within so many milliseconds, it is undone. Default: it need not be. */
  readonly confirmWithinMs?: number;
}

/** A change that was made and verified. */
export interface AppliedChange extends PlannedChange {
  /** Its name: that of its attempt, 16 hex characters. */
  readonly op: string;
  readonly verb: Exclude<Verb, "refresh">;
  readonly specDigest: string;
  /** Of what it left. */
  readonly fingerprint: string;
  readonly provenance: Provenance;
}

/** A change that is undone unless it is confirmed; it has begun, and may have failed. */
export interface UnconfirmedChange extends PlannedChange {
  readonly id: ResourceId;
  readonly op: string;
  readonly verb: Exclude<Verb, "refresh">;
  readonly specDigest: string;
}

/** What an attempt that failed left half done. */
export interface HalfChange {
  /** What was there before it, and before those like it that failed before. */
  readonly before: Before;
  /** Of how it was left. */
  readonly fingerprint: string;
}

/** Why a declared resource is left alone: what its spec says was undone. */
export interface Hold {
  /** Of the spec that is not applied. */
  readonly specDigest: string;
  /** The change that was undone. */
  readonly op: string;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly why: "undone" | "reverted";
  /** It is not undone yet: whoever finds this does it. Default false. */
  readonly isPending?: true;
  /** A digest of how it differed from what is declared when it had been undone. Default: nobody knows. */
  readonly left?: string;
}

/** What a ledger knows of changes, beyond the last of each resource. */
export interface ChangeLedger {
  /** The newest changes of a resource that were not undone, oldest first; a few. */
  changes(id: ResourceId): readonly AppliedChange[];
  /** Those of all resources. */
  allChanges(): Iterable<readonly [id: ResourceId, changes: readonly AppliedChange[]]>;
  /** What the last attempt on a resource left half done; `undefined` when that went well, or nobody knows how it was left. */
  halfChange(id: ResourceId): HalfChange | undefined;
  allHalfChanges(): Iterable<readonly [id: ResourceId, change: HalfChange]>;
  /** The hold on a resource; `undefined` when there is none. */
  hold(id: ResourceId): Hold | undefined;
  allHolds(): Iterable<readonly [id: ResourceId, hold: Hold]>;
  /** Puts a hold on a resource, or takes it away (`undefined`). */
  putHold(id: ResourceId, hold: Hold | undefined, signal: AbortSignal): Promise<void>;
  /** What is undone unless it is confirmed. */
  unconfirmed(): Iterable<UnconfirmedChange>;
  /** A change has not cut anything off: it stays. */
  confirm(op: string, signal: AbortSignal): Promise<void>;
  /** The change, and every later one of its resource, is undone: none of them is remembered, and a hold that waited stands. */
  undone(id: ResourceId, op: string, signal: AbortSignal): Promise<void>;
}
