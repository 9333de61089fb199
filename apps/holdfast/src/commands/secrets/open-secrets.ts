import {
  findKey,
  noKey,
  readSecretsFile,
  type SecretsFile,
  type SecretsKey,
} from "@holdfast/agent/secrets";
import { requireInside } from "@holdfast/agent";
import { type Diagnosed, Fault, hasErrors } from "@holdfast/core";
import { rootOf } from "../../root-directory.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { keyPlacesOf, secretsFileOf } from "./secrets-options.ts";

/** A secrets file that is to be changed, and its key. */
export interface SecretsInReach {
  readonly file: SecretsFile;
  readonly key: SecretsKey;
}

/**
 * Reads the file that was named, or the default one, and finds its key.
 * @throws {Fault} InputInvalid, with every mistake; SecretsKeyUnavailable; what reading them throws.
 */
export async function openSecrets(
  named: string | undefined,
  options: CommandOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<SecretsInReach> {
  const root = rootOf(options, surroundings);
  const path = secretsFileOf({ root, named, surroundings });
  if (named === undefined) await requireInside(root, path);
  const read = await readSecretsFile(path, surroundings.userId, signal);
  const file = rightOrThrow(path, read);
  const key = await findKey(keyPlacesOf(options, surroundings), signal);
  if (key === undefined) throw noKey(path);
  return { file, key };
}

/**
 * What was found without a mistake.
 * @throws {Fault} InputInvalid, with every mistake.
 */
export function rightOrThrow<T>(path: string, { value, diagnostics }: Diagnosed<T>): T {
  if (value !== undefined && !hasErrors(diagnostics)) return value;
  throw new Fault({
    reason: "InputInvalid",
    message: `${path} has ${diagnostics.length} ${diagnostics.length === 1 ? "mistake" : "mistakes"}; nothing was written`,
    resolution: "Correct what is listed, and try again.",
    diagnostics,
  });
}
