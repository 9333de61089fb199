import { lstatSync } from "node:fs";
import { Fault } from "@holdfast/core";
import { parsePublicKey, PrivateKey, type PublicKey, publicKeyLine } from "@holdfast/trust";
import { createOwnFile } from "../own-files/write-own-file.ts";
import { readText } from "../sources/read-text.ts";

/** More than one line with a key and a comment. */
const MAX_PUBLIC_BYTES = 16 * 1024;

/** Where a new key goes. */
export interface KeyPairFiles {
  /** Absolute. The public half goes beside it, with `.pub` behind its name. */
  readonly path: string;
  /** A name for people. */
  readonly comment: string;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
}

/**
 * Makes a key: its private half in a file that only its owner can read, its public half beside it. Nothing is overwritten.
 * @throws {Fault} AlreadyExists; InputInvalid, for a comment that is not one line; what writing a file throws.
 */
export async function createKeyPair(files: KeyPairFiles): Promise<PublicKey> {
  const { path, comment, userId } = files;
  const pair = PrivateKey.generate(comment);
  const line = publicKeyLine(pair.public);
  const read = parsePublicKey(line);
  if ("mistake" in read) throw wrongComment(read.mistake);
  const publicPath = `${path}.pub`;
  if (lstatSync(publicPath, { throwIfNoEntry: false }) !== undefined) throw inTheWay(publicPath);
  await createOwnFile({ path, text: pair.pem(), mode: 0o600, userId });
  await createOwnFile({ path: publicPath, text: `${line}\n`, mode: 0o644, userId });
  return pair.public;
}

/**
 * Reads the one public key in a file, as `.pub` files of SSH have it.
 * @throws {Fault} InputInvalid, when it is none; what reading a file throws.
 */
export async function readPublicKey(path: string, signal: AbortSignal): Promise<PublicKey> {
  const { value: text } = await readText(path, signal, { maxBytes: MAX_PUBLIC_BYTES });
  const key = text === undefined ? { mistake: "is not UTF-8" } : parsePublicKey(text);
  if (!("mistake" in key)) return key;
  throw new Fault({
    reason: "InputInvalid",
    message: `the key in ${path} ${key.mistake}`,
    resolution: "Name the file with the public key, which mostly ends in .pub.",
  });
}

function inTheWay(path: string): Fault {
  return new Fault({
    reason: "AlreadyExists",
    message: `${path} exists, and is not overwritten`,
    resolution: "Name another file for the key.",
  });
}

function wrongComment(mistake: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `a key so named ${mistake}`,
    resolution: "Write a short comment of one line, such as a name or an address.",
  });
}
