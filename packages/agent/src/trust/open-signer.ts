import { Fault } from "@holdfast/core";
import { parsePublicKey, PrivateKey, type Signer, sshSigner } from "@holdfast/trust";
import { readPrivateFile } from "../own-files/read-private-file.ts";
import { readText } from "../sources/read-text.ts";

/** More than a key of SSH. */
const MAX_KEY_BYTES = 64 * 1024;

/** Where a key is that is to sign. */
export interface KeyPlace {
  /** Absolute: a key of `holdfast keygen`, a private key of SSH, or the public one of a key that an agent holds. */
  readonly path: string;
  /** Where those are found who hold the key: SSH_AUTH_SOCK and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A person watches our stderr, and is asked there to touch a security key. */
  readonly isAttended: boolean;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
}

/**
 * Finds out what kind of key is in a file, and makes a signer of it. Whether a key of SSH can sign is only known when it does.
 * @throws {Fault} SigningKeyUnavailable, when it is none; SigningKeyUnsafe; what reading a file throws.
 */
export async function openSigner(place: KeyPlace, signal: AbortSignal): Promise<Signer> {
  const { path, environment, isAttended } = place;
  const { value: text = "" } = await readText(path, signal, { maxBytes: MAX_KEY_BYTES });
  const isOfSsh = text.startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
  if (isOfSsh || !("mistake" in parsePublicKey(text))) {
    return sshSigner({ file: path, environment, isAttended });
  }
  if (!text.startsWith("-----BEGIN PRIVATE KEY-----")) throw notAKey(path);
  return readOwnKey(place, signal);
}

async function readOwnKey({ path, userId }: KeyPlace, signal: AbortSignal): Promise<PrivateKey> {
  const maker = "holdfast keygen";
  const file = { path, userId, forbidden: 0o077, reason: "SigningKeyUnsafe", maker } as const;
  const text = await readPrivateFile(file, signal);
  const key = text === undefined ? undefined : PrivateKey.parse(text);
  if (key === undefined) throw notAKey(path);
  return key;
}

function notAKey(path: string): Fault {
  return new Fault({
    reason: "SigningKeyUnavailable",
    message: `${path} holds no Ed25519 key that can sign`,
    resolution:
      "Name a key of holdfast keygen, a private key of SSH, or the .pub file of a key that ssh-add -l lists.",
  });
}
