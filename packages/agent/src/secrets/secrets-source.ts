import { existsSync } from "node:fs";
import { type Diagnosed, type Diagnostic, hasErrors, type Secrets, Secret } from "@holdfast/core";
import { findKey, type KeyPlaces, noKey } from "./find-key.ts";
import { decryptAll, formMistakes, readSecretsFile } from "./secrets-file.ts";
import type { SecretsKey } from "./secrets-key.ts";

/** Where secrets come from. */
export interface SecretsSource {
  /** True when the user named it: it is then read although nothing refers to it. */
  readonly isNamed: boolean;
  /**
   * Reads and decrypts it afresh. Without a value and without a mistake there is none, which was not named either.
   * @throws {Fault} SecretsKeyUnavailable, SecretsKeyUnsafe, NotFound, PermissionDenied, SourceUnsafe, HostFailed, Aborted.
   */
  open(signal: AbortSignal): Promise<Diagnosed<OpenedSecrets>>;
}

/** Secrets by name, and what they say where a key was there. */
export interface OpenedSecrets {
  readonly describe: string;
  readonly paths: readonly string[];
  /** `undefined` only where a key was not required and there was none. */
  readonly secrets: Secrets | undefined;
}

/** What a source of secrets is opened with. */
export interface SecretsOptions {
  /** The secrets file, absolute. */
  readonly file: string;
  readonly isNamed: boolean;
  readonly key: KeyPlaces;
  /** False: without a key only names and forms are checked, with a warning. Default true. */
  readonly isKeyRequired?: boolean;
}

/** The secrets of an encrypted file. Nothing is read until it is opened, and everything at each opening. */
export function openSecretsSource(options: SecretsOptions): SecretsSource {
  return { isNamed: options.isNamed, open: (signal) => open(options, signal) };
}

async function open(
  { file, isNamed, key: places, isKeyRequired = true }: SecretsOptions,
  signal: AbortSignal,
): Promise<Diagnosed<OpenedSecrets>> {
  if (!isNamed && !existsSync(file)) return { diagnostics: [] };
  const { value: read, diagnostics } = await readSecretsFile(file, places.userId, signal);
  if (read === undefined) return { diagnostics };
  const mistakes = [...diagnostics, ...formMistakes(read)];
  if (hasErrors(mistakes)) return { diagnostics: mistakes };
  const paths = read.leaves.map(({ path }) => path);
  const key = await findKey(places, signal);
  if (key === undefined) {
    if (isKeyRequired) throw noKey(file);
    const value = { describe: file, paths, secrets: undefined };
    return { value, diagnostics: [...mistakes, notDecrypted(file)] };
  }
  const { value: texts, diagnostics: failures } = decryptAll(read, key);
  if (texts === undefined) return { diagnostics: [...mistakes, ...failures] };
  const secrets = secretsOf(file, texts, key);
  return { value: { describe: file, paths, secrets }, diagnostics: mistakes };
}

function secretsOf(describe: string, texts: ReadonlyMap<string, string>, key: SecretsKey): Secrets {
  const all = new Map([...texts].map(([path, text]) => [path, new Secret(text)] as const));
  return {
    describe,
    all,
    digest: (text) => key.digest(text),
    seal: (bytes) => key.seal(bytes),
    unseal: (sealed) => key.unseal(sealed),
  };
}

function notDecrypted(file: string): Diagnostic {
  const detail = `There is no key, so of ${file} only the names were checked.`;
  return { severity: "warning", address: file, summary: "Secrets not decrypted", detail };
}
