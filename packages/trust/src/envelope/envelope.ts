import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { canonicalText, type JsonObject } from "@holdfast/core";
import * as z from "zod/mini";
import { parseBase64, printBase64 } from "../bytes/base64.ts";
import { type KeyId, parseKeyId } from "../keys/public-key.ts";
import type { KeySignature, Signer } from "../keys/signer.ts";
import { refuse, type Refused } from "../refusal.ts";
import { preAuthentication } from "./pre-authentication.ts";

/** What is in an envelope. It is signed along, so that one thing is never taken for another. */
export type PayloadType = `application/vnd.holdfast.${string}+json`;

/** Something signed, in the form of DSSE 1.0. What is in it counts only after `verifyEnvelope`. */
export interface Envelope {
  readonly payloadType: PayloadType;
  readonly payload: Uint8Array;
  /** In the order of their keys' ids; empty before somebody signs. */
  readonly signatures: readonly KeySignature[];
}

/** The longest text of an envelope, in characters; some ten thousand actions. */
export const MOST_ENVELOPE_CHARACTERS = 4 * 1024 * 1024;
/** Each costs a verification. */
const MOST_SIGNATURES = 16;
/** A signature of a security key with a long application, as base64, is shorter. */
const LONGEST_SIGNATURE = 4_096;

const schema = z.strictObject({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z
    .array(
      z.strictObject({
        keyid: z.string(),
        sig: z.string().check(z.maxLength(LONGEST_SIGNATURE)),
      }),
    )
    .check(z.maxLength(MOST_SIGNATURES)),
});

/** An envelope that nobody has signed yet. */
export function createEnvelope(payloadType: PayloadType, value: JsonObject): Envelope {
  return { payloadType, payload: Buffer.from(canonicalText(value)), signatures: [] };
}

/**
 * The envelope with one more signature; one of the same key is replaced.
 * @throws {Fault} what the signer throws.
 */
export async function signEnvelope(
  envelope: Envelope,
  signer: Signer,
  signal: AbortSignal,
): Promise<Envelope> {
  const added = await signer.sign(preAuthentication(envelope), signal);
  const others = envelope.signatures.filter(({ keyId }) => keyId !== added.keyId);
  return { ...envelope, signatures: [...others, added].toSorted(byKey) };
}

/** The text of an envelope, with a newline at its end. One envelope has one text. */
export function printEnvelope({ payloadType, payload, signatures }: Envelope): string {
  const signed = signatures.map(({ keyId, signature }) => ({
    keyid: keyId,
    sig: printBase64(signature),
  }));
  return `${canonicalText({ payload: printBase64(payload), payloadType, signatures: signed })}\n`;
}

/**
 * Reads an envelope of one type. It is strict: another text than `printEnvelope` writes, but for the newline, is refused, and
 * with it fields twice, other base64 and unknown fields. Nothing is verified.
 */
export function parseEnvelope(
  text: string,
  payloadType: PayloadType,
): { readonly type: "parsed"; readonly envelope: Envelope } | Refused {
  if (text.length > MOST_ENVELOPE_CHARACTERS) {
    return malformed(`has more than ${MOST_ENVELOPE_CHARACTERS} characters`);
  }
  const value = parseJson(text);
  const read = z.safeParse(schema, value);
  if (!read.success) return malformed("is cut off, or no envelope of signatures");
  const payload = parseBase64(read.data.payload);
  const signatures = signaturesOf(read.data.signatures);
  if (payload === undefined || signatures === undefined) {
    return malformed("has a payload, an id of a key or a signature of another form");
  }
  const found = read.data.payloadType;
  if (found !== payloadType) {
    return refuse(
      "EnvelopeTypeWrong",
      `the envelope is of type ${shown(found)}, not ${payloadType}`,
    );
  }
  const envelope = { payloadType, payload, signatures };
  if (printEnvelope(envelope) !== `${text.replace(/\n$/, "")}\n`) {
    return malformed("is not written as it must be: fields in order and once, no blanks");
  }
  return { type: "parsed", envelope };
}

/** SHA-256 of what is signed about, as lower-case hex; who signed does not matter. */
export function payloadDigest({ payload }: Envelope): string {
  return createHash("sha256").update(payload).digest("hex");
}

function signaturesOf(
  written: z.infer<typeof schema>["signatures"],
): readonly KeySignature[] | undefined {
  const signatures: KeySignature[] = [];
  for (const { keyid, sig } of written) {
    const [keyId, signature] = [parseKeyId(keyid), parseBase64(sig)];
    if (keyId === undefined || signature === undefined) return undefined;
    signatures.push({ keyId, signature });
  }
  return isInOrder(signatures) ? signatures : undefined;
}

function isInOrder(signatures: readonly { readonly keyId: KeyId }[]): boolean {
  return signatures.every((one, at) => {
    const before = signatures[at - 1];
    return before === undefined || before.keyId <= one.keyId;
  });
}

function byKey(one: KeySignature, other: KeySignature): number {
  return one.keyId < other.keyId ? -1 : 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What JSON.parse says would quote the text.
    return undefined;
  }
}

function malformed(why: string): Refused {
  return refuse("EnvelopeMalformed", `the envelope ${why}`);
}

/** What somebody wrote, short enough for a message. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_SHOWN));
}

const LONGEST_SHOWN = 80;
