import { API_VERSION, type JsonObject, type Schema } from "@holdfast/core";
import * as z from "zod/mini";
import { createEnvelope, type Envelope, type PayloadType } from "../envelope/envelope.ts";
import { readPayload } from "../envelope/read-payload.ts";
import type { KeyStanding } from "../envelope/verify-envelope.ts";
import { type KeyId, type PublicKey, publicKeyLine } from "../keys/public-key.ts";
import { keyField, keyIdField, plainText, timeMs } from "../payload-fields.ts";
import { refuse, type Refused } from "../refusal.ts";
import { type Role, roleSchema } from "./role.ts";

/** The type of an envelope with a trust list in it. */
export const TRUST_LIST_TYPE: PayloadType = "application/vnd.holdfast.trust-list+json";

/** Bounds of a list; a verification goes through all of it. */
const MOST_ROOTS = 16;
const MOST_KEYS = 1_000;
const MOST_ROLES = 16;
const MOST_REVOKED = 10_000;

/** The keys that decide about the list itself. */
export interface Roots {
  /** So many of them must sign a list. */
  readonly threshold: number;
  readonly keys: readonly PublicKey[];
}

/** A key that may sign something else, and what. */
export interface TrustedKey {
  readonly key: PublicKey;
  readonly roles: readonly Role[];
  /** From then on, wall clock. Default: always. */
  readonly notBeforeMs?: number;
  /** Until then, wall clock. Default: for ever. */
  readonly notAfterMs?: number;
}

/** Whom an agent trusts with what. */
export interface TrustList {
  /** Rises with every change; a list that was accepted is never followed by one with a lower version. */
  readonly version: number;
  /** From then on no new list and no approval is accepted by it; what runs goes on. Default: never. */
  readonly expiresMs?: number;
  readonly roots: Roots;
  readonly keys: readonly TrustedKey[];
  /** Keys that count for nothing any more, whatever else says so. */
  readonly revoked: readonly { readonly id: KeyId; readonly why?: string }[];
}

const schema: Schema<TrustList & { readonly apiVersion: typeof API_VERSION }> = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  version: z.int().check(z.minimum(1)),
  expiresMs: z.exactOptional(timeMs),
  roots: z.strictObject({
    threshold: z.int().check(z.minimum(1), z.maximum(MOST_ROOTS)),
    keys: z.array(keyField).check(z.minLength(1), z.maxLength(MOST_ROOTS)),
  }),
  keys: z
    .array(
      z.strictObject({
        key: keyField,
        roles: z.array(roleSchema).check(z.minLength(1), z.maxLength(MOST_ROLES)),
        notBeforeMs: z.exactOptional(timeMs),
        notAfterMs: z.exactOptional(timeMs),
      }),
    )
    .check(z.maxLength(MOST_KEYS)),
  revoked: z
    .array(z.strictObject({ id: keyIdField, why: z.exactOptional(plainText(500)) }))
    .check(z.maxLength(MOST_REVOKED)),
});

/** Reads the list in an envelope, and checks that it makes sense. Whether it is trusted is for `acceptTrustList`. */
export function readTrustList(
  envelope: Envelope,
): { readonly type: "read"; readonly list: TrustList } | Refused {
  const read = readPayload(envelope, schema);
  if (read.type === "refused") return read;
  const { apiVersion: _, ...list } = read.value;
  const mistake = mistakeIn(list);
  if (mistake === undefined) return { type: "read", list };
  return refuse("EnvelopeMalformed", `the trust list ${mistake}`);
}

/** An envelope with a list in it, which nobody has signed yet. */
export function trustListEnvelope(list: TrustList): Envelope {
  return createEnvelope(TRUST_LIST_TYPE, trustListJson(list));
}

/** A list as plain data. */
export function trustListJson(list: TrustList): JsonObject {
  const { version, expiresMs, roots, keys, revoked } = list;
  return {
    apiVersion: API_VERSION,
    version,
    ...(expiresMs === undefined ? {} : { expiresMs }),
    roots: { threshold: roots.threshold, keys: roots.keys.map(publicKeyLine) },
    keys: keys.map(({ key, roles, ...validity }) => ({
      key: publicKeyLine(key),
      roles: roles.map((role) => ({ ...role })),
      ...validity,
    })),
    revoked: revoked.map((each) => ({ ...each })),
  };
}

/** What does not fit together in a list, to complete "the trust list …"; `undefined` when all does. */
export function mistakeIn({ roots, keys, revoked }: TrustList): string | undefined {
  const rootIds = new Set(roots.keys.map(({ id }) => id));
  const keyIds = new Set(keys.map(({ key }) => key.id));
  const revokedIds = new Set(revoked.map(({ id }) => id));
  if (rootIds.size < roots.keys.length || keyIds.size < keys.length) return "names a key twice";
  if (revokedIds.size < revoked.length) return "revokes a key twice";
  if (rootIds.size < roots.threshold) return "needs more roots than it has";
  const revokedRoot = roots.keys.find(({ id }) => revokedIds.has(id));
  return revokedRoot === undefined ? undefined : `revokes ${revokedRoot.id}, which is a root of it`;
}

/** What a list says of a key, whatever the time is. */
export function standingIn(list: TrustList, id: KeyId): KeyStanding {
  const revoked = list.revoked.find((each) => each.id === id);
  if (revoked !== undefined) {
    return { type: "revoked", ...(revoked.why === undefined ? {} : { why: revoked.why }) };
  }
  const trusted = list.keys.find(({ key }) => key.id === id);
  return trusted === undefined ? { type: "unknown" } : { type: "known", key: trusted.key };
}
