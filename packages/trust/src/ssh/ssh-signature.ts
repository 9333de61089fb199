/**
 * Signatures of `ssh-keygen -Y sign`, as OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f describe them: a key that somebody has
 * for SSH already, also in an agent or a security key, can sign for Holdfast.
 */
import { createHash, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { SshReader, sshNumber, sshString } from "../bytes/ssh-wire.ts";
import { blobOfKey, keyOfBlob, type PublicKey, verifyingKey } from "../keys/public-key.ts";

/** What signatures are made for: one for another purpose, such as a commit or a login, never counts here. */
export const SSH_NAMESPACE = "holdfast";

/** What such a signature begins with. */
export const SSH_SIGNATURE_MAGIC = "SSHSIG";
const VERSION = 1;
const ED25519_BYTES = 64;
/** A flag of security keys: a person touched it. */
const USER_PRESENT = 0x01;

/** A signature taken apart; nothing of it is verified. */
export interface SshSignature {
  readonly key: PublicKey;
  readonly hash: "sha256" | "sha512";
  /** 64 bytes of Ed25519. */
  readonly signature: Uint8Array;
  /** Of a security key: what it says of this signature. */
  readonly touched?: { readonly flags: number; readonly counter: number };
}

/** Reads the binary form. `undefined` when it is none for Holdfast, of a key that can be taken. */
export function parseSshSignature(bytes: Uint8Array): SshSignature | undefined {
  const reader = new SshReader(bytes);
  const magic = reader.bytes(SSH_SIGNATURE_MAGIC.length)?.toString("latin1");
  if (magic !== SSH_SIGNATURE_MAGIC || reader.number() !== VERSION) return undefined;
  const key = keyOfBlob(reader.string() ?? Buffer.alloc(0));
  const namespace = reader.name();
  const reserved = reader.string();
  const hash = reader.name();
  const inner = reader.string();
  const isOurs = namespace === SSH_NAMESPACE && reserved?.length === 0;
  if (key === undefined || inner === undefined || !reader.isAtEnd || !isOurs) return undefined;
  if (hash !== "sha256" && hash !== "sha512") return undefined;
  const parts = partsOfInner(key, new SshReader(inner));
  return parts === undefined ? undefined : { key, hash, ...parts };
}

function partsOfInner(
  key: PublicKey,
  reader: SshReader,
): Pick<SshSignature, "signature" | "touched"> | undefined {
  const type = reader.name();
  const signature = reader.string();
  const isForKey = type === key.type && signature?.length === ED25519_BYTES;
  if (!isForKey) return undefined;
  if (key.application === undefined) return reader.isAtEnd ? { signature } : undefined;
  const flags = reader.bytes(1)?.readUInt8();
  const counter = reader.number();
  if (flags === undefined || counter === undefined || !reader.isAtEnd) return undefined;
  return { signature, touched: { flags, counter } };
}

/** Tells whether a message was signed so, by the key that the signature names. A security key must have been touched. */
export function isSshSignatureOf(message: Uint8Array, parsed: SshSignature): boolean {
  const { key, hash, signature, touched } = parsed;
  const signed = sshSignedData(message, hash);
  if (touched === undefined) return verify(null, signed, verifyingKey(key), signature);
  if ((touched.flags & USER_PRESENT) === 0) return false;
  return verify(null, touchedData(signed, key, touched), verifyingKey(key), signature);
}

/** What SSH signs for a message. */
export function sshSignedData(message: Uint8Array, hash: "sha256" | "sha512"): Uint8Array {
  const digest = createHash(hash).update(message).digest();
  const magic = Buffer.from(SSH_SIGNATURE_MAGIC);
  return Buffer.concat([
    magic,
    sshString(SSH_NAMESPACE),
    sshString(""),
    sshString(hash),
    sshString(digest),
  ]);
}

/** What a security key signs for that: the application, its flags and its counter with it (FIDO U2F). */
export function touchedData(
  signed: Uint8Array,
  { application = "" }: PublicKey,
  { flags, counter }: { readonly flags: number; readonly counter: number },
): Uint8Array {
  return Buffer.concat([
    createHash("sha256").update(application).digest(),
    Buffer.of(flags),
    sshNumber(counter),
    createHash("sha256").update(signed).digest(),
  ]);
}

/** A signature in its binary form. */
export function printSshSignature({ key, hash, signature, touched }: SshSignature): Uint8Array {
  const inner = [sshString(key.type), sshString(signature)];
  if (touched !== undefined) inner.push(Buffer.of(touched.flags), sshNumber(touched.counter));
  return Buffer.concat([
    Buffer.from(SSH_SIGNATURE_MAGIC),
    sshNumber(VERSION),
    sshString(blobOfKey(key)),
    sshString(SSH_NAMESPACE),
    sshString(""),
    sshString(hash),
    sshString(Buffer.concat(inner)),
  ]);
}
