import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";
import { authorizedKeyFormat } from "@holdfast/core";
import { parseBase64, printBase64 } from "../bytes/base64.ts";
import { sshString, SshReader } from "../bytes/ssh-wire.ts";
import { hasSmallOrder } from "./small-order.ts";

declare const keyIdBrand: unique symbol;

/**
 * `SHA256:` and 43 characters: the SHA-256 of a public key in its SSH form, as `ssh-keygen -l` prints it. The form names the
 * type of the key, so that one point as two types is two keys.
 */
export type KeyId = string & { readonly [keyIdBrand]: true };

/** The types of keys that can sign, as SSH calls them; the second lives in a security key. */
export const KEY_TYPES = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"] as const;

/** A key that others can know. */
export interface PublicKey {
  readonly id: KeyId;
  readonly type: (typeof KEY_TYPES)[number];
  /** The point: 32 bytes. */
  readonly point: Uint8Array;
  /** What the security key signs for, e.g. `ssh:`. `undefined` for a key that lives in none. */
  readonly application?: string;
  /** A name for people. It is not part of the key. */
  readonly comment: string;
}

/** Ed25519 keys and half of their signatures are so long. */
const POINT_BYTES = 32;
/** Of a comment, in characters. */
const LONGEST_COMMENT = 200;
/** The form without SSH: `ed25519:` and the 32 bytes as base64. */
const PLAIN_FORM = /^ed25519:([A-Za-z0-9+/]{43}=)(?: (.*))?$/;
const KEY_ID = /^SHA256:[A-Za-z0-9+/]{43}$/;
const COMMENT = /^[^\p{Cc}\p{Cs}]*$/u;

/**
 * Reads a public key out of one line: `ssh-ed25519 AAAA… comment`, `sk-ssh-ed25519@openssh.com AAAA… comment`, or
 * `ed25519:BASE64 comment`. `mistake` completes "the key …"; it repeats nothing of the text, which may be a private key.
 */
export function parsePublicKey(text: string): PublicKey | { readonly mistake: string } {
  if (text.includes("PRIVATE KEY")) return { mistake: "is a private one; name the public one" };
  const line = text.trim();
  const [, plain, plainComment = ""] = PLAIN_FORM.exec(line) ?? [];
  const meaning = authorizedKeyFormat.parse(line);
  if (plain === undefined && (meaning.type !== "entry" || meaning.entry.options.length > 0)) {
    return { mistake: "has no known form; write ssh-ed25519 AAAA… comment" };
  }
  const blob = plain === undefined ? blobOfEntry(meaning) : blobOfPoint(parseBase64(plain));
  const comment = meaning.type === "entry" ? meaning.entry.comment.trim() : plainComment.trim();
  if (comment.length > LONGEST_COMMENT || !COMMENT.test(comment)) {
    return { mistake: `has a comment that is not one line of ${LONGEST_COMMENT} characters` };
  }
  const key = blob === undefined ? undefined : keyOfBlob(blob, comment);
  return key ?? { mistake: "is no Ed25519 key, the only type that is taken" };
}

/** Reads a public key in the binary form of SSH. `undefined` when it is none that can be taken. */
export function keyOfBlob(blob: Uint8Array, comment = ""): PublicKey | undefined {
  const reader = new SshReader(blob);
  const named = reader.name();
  const type = KEY_TYPES.find((each) => each === named);
  const point = reader.string();
  const application = type === "ssh-ed25519" ? undefined : reader.name();
  if (type === undefined || point?.length !== POINT_BYTES || !reader.isAtEnd) return undefined;
  if (hasSmallOrder(point)) return undefined;
  const id = keyIdOf(blob);
  return { id, type, point, comment, ...(application === undefined ? {} : { application }) };
}

/** A key as SSH writes it in binary. */
export function blobOfKey({ type, point, application }: PublicKey): Uint8Array {
  const parts = [sshString(type), sshString(point)];
  if (application !== undefined) parts.push(sshString(application));
  return Buffer.concat(parts);
}

/** A key as one line: the form of `.pub` files and of `ssh-keygen`. Without a newline. */
export function publicKeyLine(key: PublicKey): string {
  const line = `${key.type} ${printBase64(blobOfKey(key))}`;
  return key.comment === "" ? line : `${line} ${key.comment}`;
}

/** Reads an id; `undefined` when it is not of that form. */
export function parseKeyId(text: string): KeyId | undefined {
  return KEY_ID.test(text) ? (text as KeyId) : undefined;
}

/** An id that people can read aloud: it tells keys apart, and proves nothing. */
export function shortKeyId(id: KeyId): string {
  return id.slice(0, SHORT_ID);
}

const SHORT_ID = "SHA256:".length + 12;

/** The key as node verifies with it. */
export function verifyingKey({ point }: PublicKey): KeyObject {
  const x = Buffer.from(point).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

function keyIdOf(blob: Uint8Array): KeyId {
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return `SHA256:${digest}` as KeyId;
}

function blobOfEntry(
  meaning: ReturnType<typeof authorizedKeyFormat.parse>,
): Uint8Array | undefined {
  return meaning.type === "entry" ? parseBase64(meaning.entry.blob) : undefined;
}

function blobOfPoint(point: Uint8Array | undefined): Uint8Array | undefined {
  if (point === undefined) return undefined;
  return Buffer.concat([sshString("ssh-ed25519"), sshString(point)]);
}
