import {
  type Catalog,
  type Diagnosed,
  hasErrors,
  missingSecrets,
  refusedSecrets,
  type Resource,
  type Secrets,
} from "@holdfast/core";
import type { SecretsSource } from "./secrets-source.ts";

/** What finding out about the secrets of a manifest needs. */
export interface RequireSecretsOptions {
  readonly catalog: Catalog;
  /** Default: there are none. */
  readonly secrets?: SecretsSource;
}

/** What was found: `secrets` is absent where nothing was asked for. */
export interface RequiredSecrets {
  readonly secrets?: Secrets;
}

/**
 * Opens what the references of resources stand for, and checks that each is there and is taken by its resource.
 * @throws {Fault} what opening the source throws.
 */
export async function requireSecrets(
  resources: readonly Resource[],
  { catalog, secrets: source }: RequireSecretsOptions,
  signal: AbortSignal,
): Promise<Diagnosed<RequiredSecrets>> {
  const { value: opened, diagnostics } = (await source?.open(signal)) ?? { diagnostics: [] };
  if (hasErrors(diagnostics)) return { diagnostics };
  const missing = missingSecrets(resources, opened);
  if (missing.length > 0) return { diagnostics: [...diagnostics, ...missing] };
  const secrets = opened?.secrets;
  if (secrets === undefined) return { value: {}, diagnostics };
  const refused = refusedSecrets(resources, catalog, secrets);
  if (refused.length > 0) return { diagnostics: [...diagnostics, ...refused] };
  return { value: { secrets }, diagnostics };
}
