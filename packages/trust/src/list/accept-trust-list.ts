import { API_VERSION, type JsonObject, type Schema } from "@holdfast/core";
import * as z from "zod/mini";
import { type Envelope, parseEnvelope, payloadDigest } from "../envelope/envelope.ts";
import { type KeyStanding, verifyEnvelope } from "../envelope/verify-envelope.ts";
import { type KeyId, type PublicKey, publicKeyLine } from "../keys/public-key.ts";
import { digestText, keyField } from "../payload-fields.ts";
import { refuse, type Refused } from "../refusal.ts";
import {
  readTrustList,
  type Roots,
  standingIn,
  TRUST_LIST_TYPE,
  type TrustList,
} from "./trust-list.ts";

/**
 * What must not be forgotten of the list that was accepted last. The caller keeps it durably and gives it in the next time;
 * whoever can take it away can roll the list back.
 */
export interface TrustAnchor {
  readonly version: number;
  /** Of the payload, lower-case hex. */
  readonly digest: string;
  readonly roots: Roots;
}

/** What is known when a list arrives. */
export interface TrustListQuestion {
  /** `undefined`: none was accepted yet. The list is then believed as it is there, so take it from a place of root's own. */
  readonly anchor: TrustAnchor | undefined;
  /** Wall clock, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** A list that is trusted from now on, and what to keep of it. */
export interface AcceptedList {
  readonly type: "accepted";
  readonly list: TrustList;
  readonly anchor: TrustAnchor;
}

/**
 * Decides whether a trust list is followed. It is signed by enough of its own roots and, after another one, by enough of the
 * roots of that; its version is higher, or it is the same list. A list that was accepted stays so when it expires.
 */
export function acceptTrustList(text: string, question: TrustListQuestion): AcceptedList | Refused {
  const parsed = parseEnvelope(text, TRUST_LIST_TYPE);
  if (parsed.type === "refused") return parsed;
  const { envelope } = parsed;
  const read = readTrustList(envelope);
  if (read.type === "refused") return read;
  const { list } = read;
  const digest = payloadDigest(envelope);
  const { anchor, nowMs } = question;
  const refused =
    refuseRolledBack({ list, digest }, anchor) ?? refuseUnsigned({ envelope, list }, anchor);
  if (refused !== undefined) return refused;
  const isSame = anchor?.digest === digest;
  if (!isSame && isExpired(list, nowMs)) {
    return refuse("TrustListExpired", `version ${list.version} of the trust list has expired`);
  }
  return { type: "accepted", list, anchor: { version: list.version, digest, roots: list.roots } };
}

/** Tells whether nothing new is accepted by a list any more. */
export function isExpired({ expiresMs }: TrustList, nowMs: number): boolean {
  return expiresMs !== undefined && nowMs >= expiresMs;
}

/** What to keep, as plain data. */
export function trustAnchorJson({ version, digest, roots }: TrustAnchor): JsonObject {
  const { threshold, keys } = roots;
  const lines = keys.map(publicKeyLine);
  return { apiVersion: API_VERSION, version, digest, roots: { threshold, keys: lines } };
}

/** Reads what was kept. `undefined` when it is not of that form: then do not go on as if there were none. */
export function parseTrustAnchor(value: unknown): TrustAnchor | undefined {
  const read = z.safeParse(anchorSchema, value);
  if (!read.success) return undefined;
  const { version, digest, roots } = read.data;
  return { version, digest, roots };
}

const anchorSchema: Schema<TrustAnchor & { readonly apiVersion: typeof API_VERSION }> =
  z.strictObject({
    apiVersion: z.literal(API_VERSION),
    version: z.int().check(z.minimum(1)),
    digest: digestText,
    roots: z.strictObject({
      threshold: z.int().check(z.minimum(1)),
      keys: z.array(keyField).check(z.minLength(1)),
    }),
  });

function refuseRolledBack(
  { list, digest }: { readonly list: TrustList; readonly digest: string },
  anchor: TrustAnchor | undefined,
): Refused | undefined {
  if (anchor === undefined || list.version > anchor.version) return undefined;
  if (list.version < anchor.version) {
    const message = `the trust list is version ${list.version}; version ${anchor.version} was accepted`;
    return refuse("TrustListRolledBack", message);
  }
  if (digest === anchor.digest) return undefined;
  return refuse("TrustListForked", `there are two trust lists of version ${list.version}`);
}

/**
 * A signature of somebody else says nothing: after a change of roots a list has signatures of roots that its next readers do
 * not know. A key that a list revokes does not sign it.
 */
function refuseUnsigned(
  { envelope, list }: { readonly envelope: Envelope; readonly list: TrustList },
  anchor: TrustAnchor | undefined,
): Refused | undefined {
  const before = anchor?.roots;
  const roots = [...list.roots.keys, ...(before?.keys ?? [])];
  const standingOf = (id: KeyId): KeyStanding => standingOfRoot(id, { list, roots });
  const signatures = envelope.signatures.filter(
    ({ keyId }) => standingOf(keyId).type !== "unknown",
  );
  const verified = verifyEnvelope({ ...envelope, signatures }, standingOf);
  if (verified.type === "refused") return verified;
  return (
    refuseTooFew(verified.keys, list.roots, "of its own") ??
    (before && refuseTooFew(verified.keys, before, "of the list before it"))
  );
}

function standingOfRoot(
  id: KeyId,
  { list, roots }: { readonly list: TrustList; readonly roots: readonly PublicKey[] },
): KeyStanding {
  const standing = standingIn(list, id);
  if (standing.type === "revoked") return standing;
  const key = roots.find((each) => each.id === id);
  return key === undefined ? { type: "unknown" } : { type: "known", key };
}

function refuseTooFew(
  signers: readonly PublicKey[],
  { threshold, keys }: Roots,
  whose: string,
): Refused | undefined {
  const ids = new Set(keys.map(({ id }) => id));
  const count = signers.filter(({ id }) => ids.has(id)).length;
  if (count >= threshold) return undefined;
  const message = `the trust list is signed by ${count} roots ${whose}, and needs ${threshold}`;
  return refuse("SignersTooFew", message);
}
