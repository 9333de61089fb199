import { Fault, unreachable } from "@holdfast/core";
import type { Envelope } from "../envelope/envelope.ts";
import { type KeyId, type PublicKey, shortKeyId } from "../keys/public-key.ts";
import type { Role } from "./role.ts";
import {
  readTrustList,
  type Roots,
  type TrustedKey,
  type TrustList,
  trustListEnvelope,
} from "./trust-list.ts";

/** What is changed of a list. */
export type TrustListChange =
  /** Other roots, another threshold, another end; what is `undefined` stays. */
  | {
      readonly type: "set";
      readonly roots?: readonly PublicKey[];
      readonly threshold?: number;
      readonly expiresMs?: number;
    }
  /** One more role for a key, which is added where it is not there. The validity is that of the key as a whole. */
  | {
      readonly type: "add";
      readonly key: PublicKey;
      readonly role: Role;
      readonly validity: Pick<TrustedKey, "notBeforeMs" | "notAfterMs">;
    }
  /** The key has no role any more. */
  | { readonly type: "remove"; readonly id: KeyId }
  /** The key counts for nothing any more, and cannot come back. */
  | { readonly type: "revoke"; readonly id: KeyId; readonly why?: string };

/**
 * A first list, which nobody has signed yet.
 * @throws {Fault} InputInvalid, when it makes no sense.
 */
export function createTrustList(roots: Roots, expiresMs?: number): Envelope {
  const expiry = expiresMs === undefined ? {} : { expiresMs };
  return checkedEnvelope({ version: 1, ...expiry, roots, keys: [], revoked: [] });
}

/**
 * The list with a change, unsigned. Its version is one higher, unless nobody has signed what it was before: then that was
 * never accepted anywhere.
 * @throws {Fault} InputInvalid, when the change or what comes of it makes no sense; NotFound, for a key without a role.
 */
export function changeTrustList(
  { list, isSigned }: { readonly list: TrustList; readonly isSigned: boolean },
  change: TrustListChange,
): Envelope {
  const version = isSigned ? list.version + 1 : list.version;
  return checkedEnvelope({ ...changed(list, change), version });
}

function changed(list: TrustList, change: TrustListChange): TrustList {
  switch (change.type) {
    case "set": {
      const { roots = list.roots.keys, threshold = list.roots.threshold, expiresMs } = change;
      const expiry = expiresMs === undefined ? {} : { expiresMs };
      return { ...list, ...expiry, roots: { threshold, keys: roots } };
    }
    case "add":
      return withRole(list, change);
    case "remove":
      return withoutKey(list, change.id);
    case "revoke":
      return withRevoked(list, change);
    default:
      return unreachable(change);
  }
}

function withRole(
  list: TrustList,
  { key, role, validity }: Extract<TrustListChange, { readonly type: "add" }>,
): TrustList {
  if (list.revoked.some(({ id }) => id === key.id)) {
    throw wrong(`the key ${key.id} is revoked, and cannot come back`);
  }
  const before = list.keys.find((each) => each.key.id === key.id);
  const others = list.keys.filter((each) => each !== before);
  const added = { ...before, key, roles: [...(before?.roles ?? []), role], ...validity };
  return { ...list, keys: [...others, added] };
}

function withoutKey(list: TrustList, id: KeyId): TrustList {
  const keys = list.keys.filter(({ key }) => key.id !== id);
  if (keys.length < list.keys.length) return { ...list, keys };
  throw new Fault({
    reason: "NotFound",
    message: `the trust list has no role for the key ${shortKeyId(id)}`,
    resolution: "holdfast trust show lists its keys. Roots are changed with holdfast trust set.",
  });
}

/** A key that is revoked needs no role: why it is refused is said all the same. */
function withRevoked(
  list: TrustList,
  { id, why }: Extract<TrustListChange, { readonly type: "revoke" }>,
): TrustList {
  const keys = list.keys.filter(({ key }) => key.id !== id);
  const revoked = { id, ...(why === undefined ? {} : { why }) };
  return { ...list, keys, revoked: [...list.revoked, revoked] };
}

/** What an agent would not read is not written. */
function checkedEnvelope(list: TrustList): Envelope {
  const envelope = trustListEnvelope(list);
  const read = readTrustList(envelope);
  if (read.type === "refused") throw wrong(read.fault.message);
  return envelope;
}

function wrong(message: string): Fault {
  const resolution = "Correct what was given; nothing was written.";
  return new Fault({ reason: "InputInvalid", message, resolution });
}
