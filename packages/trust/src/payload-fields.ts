import * as z from "zod/mini";
import {
  type KeyId,
  parseKeyId,
  parsePublicKey,
  type PublicKey,
  publicKeyLine,
} from "./keys/public-key.ts";

/** A text of 1 to `longest` characters that can be shown anywhere: no control character, no half of a surrogate pair. */
export function plainText(longest: number) {
  return z.string().check(z.maxLength(longest), z.regex(/^[^\p{Cc}\p{Cs}]+$/u));
}

/** A point in time: whole milliseconds since 1970, UTC. */
export const timeMs = z.int().check(z.minimum(0));

/** SHA-256 as lower-case hex. */
export const digestText = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A public key, written as `publicKeyLine` writes it. */
export const keyField = z.pipe(
  z.string().check(z.maxLength(2_048)),
  z.transform((text, context): PublicKey => {
    const key = parsePublicKey(text);
    if (!("mistake" in key) && publicKeyLine(key) === text) return key;
    context.issues.push({ code: "custom", input: text });
    return z.NEVER;
  }),
);

/** The id of a key. */
export const keyIdField = z.pipe(
  z.string(),
  z.transform((text, context): KeyId => {
    const id = parseKeyId(text);
    if (id !== undefined) return id;
    context.issues.push({ code: "custom", input: text });
    return z.NEVER;
  }),
);
