import { verify } from "node:crypto";
import { type KeyId, type PublicKey, shortKeyId, verifyingKey } from "../keys/public-key.ts";
import { refuse, type Refused } from "../refusal.ts";
import { isSshSignatureOf, parseSshSignature } from "../ssh/ssh-signature.ts";
import type { Envelope } from "./envelope.ts";
import { preAuthentication } from "./pre-authentication.ts";

/** What is known of a key that is said to have signed. */
export type KeyStanding =
  | { readonly type: "known"; readonly key: PublicKey }
  | { readonly type: "unknown" }
  | { readonly type: "revoked"; readonly why?: string };

/**
 * Verifies every signature of an envelope: all of them are right and of different known keys, or it is refused. Who carries
 * an envelope can take signatures off, but none that is wrong is ever overlooked. There may be none at all: how many are
 * needed is for the caller.
 */
export function verifyEnvelope(
  envelope: Envelope,
  standingOf: (id: KeyId) => KeyStanding,
): { readonly type: "verified"; readonly keys: readonly PublicKey[] } | Refused {
  const message = preAuthentication(envelope);
  const keys: PublicKey[] = [];
  for (const { keyId, signature } of envelope.signatures) {
    const standing = standingOf(keyId);
    if (standing.type === "unknown") {
      return refuse("SignerUnknown", `the key ${keyId} that signed is not in the trust list`);
    }
    if (standing.type === "revoked") {
      const why = standing.why === undefined ? "" : `: ${standing.why}`;
      return refuse("SignerRevoked", `the key ${keyId} that signed is revoked${why}`);
    }
    if (!isSignatureOf(message, standing.key, signature)) {
      return refuse(
        "SignatureInvalid",
        `what is signed, or the signature of ${keyId}, was changed`,
      );
    }
    keys.push(standing.key);
  }
  const twice = keys.find(({ id }, at) => keys[at - 1]?.id === id);
  if (twice === undefined) return { type: "verified", keys };
  return refuse("SignerRepeated", `the key ${shortKeyId(twice.id)} signed twice, and counts once`);
}

/** A key that is in no security key signs plainly or by SSH, one in a security key by SSH only. */
function isSignatureOf(message: Uint8Array, key: PublicKey, signature: Uint8Array): boolean {
  if (signature.length === PLAIN_BYTES) {
    return key.type === "ssh-ed25519" && verify(null, message, verifyingKey(key), signature);
  }
  const parsed = parseSshSignature(signature);
  return parsed?.key.id === key.id && isSshSignatureOf(message, parsed);
}

/** An Ed25519 signature. */
const PLAIN_BYTES = 64;
