import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Fault } from "@holdfast/core";
import { type PrivateFile, readPrivateFile } from "../own-files/read-private-file.ts";
import { sourceFault } from "../sources/source-fault.ts";
import { SecretsKey } from "./secrets-key.ts";

/** The name of the credential that systemd hands over (`LoadCredential=`). */
const CREDENTIAL = "holdfast.secrets-key";
const VARIABLE = "HOLDFAST_SECRETS_KEY";

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
  if (file !== undefined) return readKeyFile({ path: file, userId, forbidden: 0o077 }, signal);
  const directory = environment["CREDENTIALS_DIRECTORY"] ?? "";
  const credential = directory === "" ? undefined : join(resolve("/", directory), CREDENTIAL);
  if (credential !== undefined && (await exists(credential))) {
    // For a user's service systemd gives the right by an ACL, whose mask looks like rights of the group.
    return readKeyFile({ path: credential, userId, forbidden: 0o007 }, signal);
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

/** @throws {Fault} SecretsKeyUnsafe, SecretsKeyUnavailable; what reading it throws. */
async function readKeyFile(
  file: Pick<PrivateFile, "path" | "userId" | "forbidden">,
  signal: AbortSignal,
): Promise<SecretsKey> {
  const maker = "holdfast secrets keygen";
  const text = await readPrivateFile({ ...file, reason: "SecretsKeyUnsafe", maker }, signal);
  if (text === undefined) throw notAKey(file.path);
  return parsed(text, file.path);
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
