import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Fault } from "@holdfast/core";
import { sourceFault } from "../sources/source-fault.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";
import { SecretsKey } from "./secrets-key.ts";

/** The name of the credential that systemd hands over (`LoadCredential=`). */
const CREDENTIAL = "holdfast.secrets-key";
const VARIABLE = "HOLDFAST_SECRETS_KEY";

/** A key file is shorter than this. */
const MAX_KEY_BYTES = 4096;

/** Where a key may be. The first that is there is used: the named file, the systemd credential, the variable. */
export interface KeyPlaces {
  /** As named by the user, absolute. When it is named, nothing else is tried. */
  readonly file?: string;
  /** Where CREDENTIALS_DIRECTORY and HOLDFAST_SECRETS_KEY are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The effective user; `undefined` where the platform has none. */
  readonly userId: number | undefined;
}

/**
 * Finds and reads the key; `undefined` when there is none anywhere.
 * @throws {Fault} SecretsKeyUnsafe, when others can read or replace it; SecretsKeyUnavailable, when it is no key; NotFound,
 *   PermissionDenied, HostFailed, Aborted, when a named one cannot be read.
 */
export async function findKey(
  places: KeyPlaces,
  signal: AbortSignal,
): Promise<SecretsKey | undefined> {
  const { file, environment, userId } = places;
  if (file !== undefined) return readKeyFile(file, { userId, forbidden: 0o077 }, signal);
  const directory = environment["CREDENTIALS_DIRECTORY"] ?? "";
  const credential = directory === "" ? undefined : join(resolve("/", directory), CREDENTIAL);
  if (credential !== undefined && (await exists(credential))) {
    // For a user's service systemd gives the right by an ACL, whose mask looks like rights of the group.
    return readKeyFile(credential, { userId, forbidden: 0o007 }, signal);
  }
  const text = environment[VARIABLE] ?? "";
  return text === "" ? undefined : parsed(text, VARIABLE);
}

/** The fault of a key that is needed and is nowhere. */
export function noKey(describe: string): Fault {
  return new Fault({
    reason: "SecretsKeyUnavailable",
    message: `the values of ${describe} are encrypted, and there is no key`,
    resolution: `Name its file with --secrets-key, hand it over as the systemd credential ${CREDENTIAL}, or set ${VARIABLE}.`,
  });
}

interface Rights {
  readonly userId: number | undefined;
  /** Bits of the mode that a key must not have. */
  readonly forbidden: number;
}

async function readKeyFile(path: string, rights: Rights, signal: AbortSignal): Promise<SecretsKey> {
  refuseReplaceable(path, rights.userId);
  return parsed(await readPrivate(path, rights, signal), path);
}

/** As of a manifest: root uses no key that another could put there. */
function refuseReplaceable(path: string, userId: number | undefined): void {
  try {
    refuseUnsafeSecrets(path, userId);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "SourceUnsafe") throw error;
    const { resolution } = error;
    const message = error.message.replace("root does not obey", "root does not use the key");
    throw new Fault({ reason: "SecretsKeyUnsafe", message, resolution });
  }
}

async function readPrivate(path: string, rights: Rights, signal: AbortSignal): Promise<string> {
  try {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return await readWhole(path, file, rights);
  } catch (error) {
    const isLink = error instanceof Error && "code" in error && error.code === "ELOOP";
    throw isLink ? aLink(path) : sourceFault(path, error, signal);
  }
}

async function readWhole(path: string, file: FileHandle, rights: Rights): Promise<string> {
  const entry = await file.stat();
  if (!entry.isFile() || entry.size > MAX_KEY_BYTES) throw notAKey(path);
  refuseShared(path, entry, rights);
  return file.readFile("utf8");
}

function refuseShared(path: string, entry: Stats, { userId, forbidden }: Rights): void {
  const mode = (entry.mode & 0o7777).toString(8).padStart(4, "0");
  if (userId !== undefined && (entry.mode & forbidden) !== 0) {
    throw new Fault({
      reason: "SecretsKeyUnsafe",
      message: `others can read or write the key ${path} (mode ${mode})`,
      resolution: `Run: chmod 0600 ${path} — and use another key, if somebody may have read this one.`,
    });
  }
  if (userId === undefined || entry.uid === userId || entry.uid === 0) return;
  throw new Fault({
    reason: "SecretsKeyUnsafe",
    message: `the key ${path} belongs to user ${entry.uid}`,
    resolution: `Use a key of your own; holdfast secrets keygen makes one.`,
  });
}

function aLink(path: string): Fault {
  return new Fault({
    reason: "SecretsKeyUnsafe",
    message: `the key ${path} is a symbolic link`,
    resolution: "Name the file itself.",
  });
}

function parsed(text: string, where: string): SecretsKey {
  const key = SecretsKey.parse(text);
  if (key === undefined) throw notAKey(where);
  return key;
}

function notAKey(where: string): Fault {
  return new Fault({
    reason: "SecretsKeyUnavailable",
    message: `${where} does not hold a key: 32 random bytes as base64`,
    resolution: "Make one with holdfast secrets keygen; a lost key cannot be replaced by another.",
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw sourceFault(path, error, new AbortController().signal);
  }
}
