import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import { assert } from "@holdfast/core";
import { sshNumber, sshString } from "../bytes/ssh-wire.ts";
import { PrivateKey } from "../keys/private-key.ts";
import { keyOfBlob, type PublicKey } from "../keys/public-key.ts";
import type { Signer } from "../keys/signer.ts";
import { printSshSignature, sshSignedData, touchedData } from "../ssh/ssh-signature.ts";

/** What comes before the 32 bytes of an Ed25519 key in PKCS#8. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** A key of tests, and what signs with it. */
export interface SampleKey {
  readonly key: PublicKey;
  readonly signer: Signer;
}

/** The same key for the same name, so that a failing seed replays. */
export function plainKey(name: string): SampleKey {
  const pem = privateKeyOf(name).export({ type: "pkcs8", format: "pem" }).toString();
  const signer = PrivateKey.parse(pem, name);
  assert(signer !== undefined, "a sample key is a key");
  return { key: signer.public, signer };
}

/** The same as a key of SSH, which signs as `ssh-keygen -Y sign` does. */
export function sshKey(name: string): SampleKey {
  const { key } = plainKey(name);
  const signer: Signer = {
    sign(message) {
      const signature = sign(null, sshSignedData(message, "sha512"), privateKeyOf(name));
      const bytes = printSshSignature({ key, hash: "sha512", signature });
      return Promise.resolve({ keyId: key.id, signature: bytes });
    },
  };
  return { key, signer };
}

/** The same in a security key; `flags` say whether somebody touched it. */
export function securityKey(name: string, flags = 0x01): SampleKey {
  const type = "sk-ssh-ed25519@openssh.com";
  const { point } = plainKey(name).key;
  const blob = Buffer.concat([sshString(type), sshString(point), sshString("ssh:")]);
  const key = keyOfBlob(blob, name);
  assert(key !== undefined, "a sample key is a key");
  const touched = { flags, counter: 7 };
  const signer: Signer = {
    sign(message) {
      const data = touchedData(sshSignedData(message, "sha512"), key, touched);
      const signature = sign(null, data, privateKeyOf(name));
      const bytes = printSshSignature({ key, hash: "sha512", signature, touched });
      return Promise.resolve({ keyId: key.id, signature: bytes });
    },
  };
  return { key, signer };
}

/** A file of OpenSSH for a sample key, as `ssh-keygen` writes one without a passphrase (PROTOCOL.key). */
export function opensshKeyFile(name: string): string {
  const { point } = plainKey(name).key;
  const publicPart = Buffer.concat([sshString("ssh-ed25519"), sshString(point)]);
  const secret = Buffer.concat([seedOf(name), point]);
  const check = sshNumber(7);
  const body = Buffer.concat([check, check, publicPart, sshString(secret), sshString(name)]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, at) => at + 1),
  );
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    sshString("none"),
    sshString("none"),
    sshString(""),
    sshNumber(1),
    sshString(publicPart),
    sshString(Buffer.concat([body, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
  return [begin, ...lines, end, ""].join("\n");
}

function seedOf(name: string): Buffer {
  return createHash("sha256").update(`sample key ${name}`).digest();
}

function privateKeyOf(name: string): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, seedOf(name)]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}
