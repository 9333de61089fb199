import { Fault } from "../fault/fault.ts";
import type { Json } from "../json.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { AnyKind } from "../resource/kind.ts";
import type { Resource } from "../resource/resource.ts";
import { fillSecrets } from "../secret/written-secret.ts";
import { fieldMistakes } from "./field-mistakes.ts";
import { formatPath } from "./field-path.ts";

/**
 * The spec with its secrets in it, made anew at each call and for that call alone: it is for comparing and writing, and
 * is never kept, shown or recorded. A resource without references has the spec it always has.
 * @throws {Fault} SecretInvalid, when a secret is missing, or the kind does not take what it says.
 */
export function resolveSpec(
  resource: Resource,
  kind: AnyKind,
  secrets: Secrets | undefined,
): unknown {
  if (resource.references === undefined) return resource.spec;
  const input = fillSecrets(resource.input, (path) => textOf(resource, path, secrets));
  // Details may quote what they are about; fields and summaries are words of ours and of the kind's author.
  const refused = fieldMistakes(kind.schema, input, ["spec"]).map(
    ({ path, summary }) => `${formatPath(path)}: ${summary}`,
  );
  if (refused.length > 0) throw refusedSecret(resource, refused);
  const spec = kind.bind(resource.name, input, (field, summary) => {
    refused.push(field === "" ? summary : `spec.${field}: ${summary}`);
  });
  if (refused.length > 0) throw refusedSecret(resource, refused);
  return spec;
}

/** A digest of what the references of a resource stand for, which says nothing to who lacks the key. */
export function secretsDigestOf(
  resource: Resource,
  secrets: Secrets | undefined,
): string | undefined {
  if (resource.references === undefined || secrets === undefined) return undefined;
  const paths = new Set(resource.references.flatMap((reference) => reference.secrets));
  const texts = [...paths]
    .toSorted()
    .map((path) => [path, secrets.all.get(path)?.plainText() ?? null]);
  return secrets.digest(JSON.stringify(texts satisfies Json));
}

function textOf({ id }: Resource, path: string, secrets: Secrets | undefined): string {
  const secret = secrets?.all.get(path);
  if (secret !== undefined) return secret.plainText();
  const where = secrets === undefined ? "no secrets were given" : `${secrets.describe} has none`;
  throw new Fault({
    reason: "SecretInvalid",
    message: `${id} refers to the secret ${path}, and ${where}`,
    resolution: "Add it with holdfast secrets edit, and reload.",
  });
}

function refusedSecret({ id, references = [] }: Resource, refused: readonly string[]): Fault {
  const paths = [...new Set(references.flatMap(({ secrets }) => secrets))].join(", ");
  return new Fault({
    reason: "SecretInvalid",
    message: `${id} does not take what its secrets (${paths}) say: ${refused.join("; ")}`,
    resolution: "Correct the secret with holdfast secrets edit, and reload.",
  });
}
