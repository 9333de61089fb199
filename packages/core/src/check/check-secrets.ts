import type { Diagnostic } from "../fault/diagnostic.ts";
import { Fault } from "../fault/fault.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import { advice, mistakeDiagnostic } from "./mistake.ts";
import { resolveSpec } from "./resolve-spec.ts";

/** The names of the secrets that there are. */
export interface KnownSecrets {
  /** For people: the file. */
  readonly describe: string;
  readonly paths: readonly string[];
}

/** Every reference to a secret that is not there, with its place; `undefined` known means that there is no file. */
export function missingSecrets(
  resources: readonly Resource[],
  known: KnownSecrets | undefined,
): readonly Diagnostic[] {
  return resources.flatMap(({ id, references = [] }) =>
    references.flatMap(({ field, secrets, location }) =>
      secrets
        .filter((path) => known?.paths.includes(path) !== true)
        .map((path) => {
          const detail = `${field} refers to the secret "${path}", and ${lack(path, known)}`;
          const mistake = { path: [], summary: "Missing secret", detail };
          return mistakeDiagnostic(mistake, id, location?.());
        }),
    ),
  );
}

function lack(path: string, known: KnownSecrets | undefined): string {
  if (known === undefined) return "there is no secrets file. Name it with --secrets FILE.";
  return `${known.describe} has none of that path. ${advice(path, known.paths)}`;
}

/** Resources whose kind does not take what their secrets say. The diagnostics contain nothing of a secret. */
export function refusedSecrets(
  resources: readonly Resource[],
  catalog: Catalog,
  secrets: Secrets,
): readonly Diagnostic[] {
  return resources.flatMap((resource) => {
    const kind = catalog.get(resource.kind);
    const [reference] = resource.references ?? [];
    if (kind === undefined || reference === undefined) return [];
    try {
      resolveSpec(resource, kind, secrets);
      return [];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const mistake = { path: [], summary: "Wrong secret", detail: `${error.message}.` };
      return [mistakeDiagnostic(mistake, resource.id, reference.location?.())];
    }
  });
}
