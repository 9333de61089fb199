import { extname } from "node:path";
import {
  type Diagnosed,
  type Diagnostic,
  hasErrors,
  readSecretsDocument,
  type SecretsLeaf,
} from "@holdfast/core";
import { readText } from "../sources/read-text.ts";
import { refuseUnsafeSecrets } from "../sources/source-safety.ts";
import { hasTokenForm, isToken, type SecretsKey } from "./secrets-key.ts";

/** A shorter secret could not be distinguished from other text, and so not be redacted in output. */
export const SHORTEST_SECRET = 4;

/** A secrets file as it is on disk. */
export interface SecretsFile {
  readonly file: string;
  readonly text: string;
  readonly format: "yaml" | "json";
  readonly leaves: readonly SecretsLeaf[];
}

/**
 * Reads a secrets file and checks its form; nothing is decrypted.
 * @throws {Fault} NotFound, PermissionDenied, SourceUnsafe, WrongType, ContentTooLarge, HostFailed, Aborted.
 */
export async function readSecretsFile(
  file: string,
  userId: number | undefined,
  signal: AbortSignal,
): Promise<Diagnosed<SecretsFile>> {
  refuseUnsafeSecrets(file, userId);
  const { value: text, diagnostics } = await readText(file, signal);
  return text === undefined ? { diagnostics } : parseSecretsFile(file, text);
}

/** The same of a text that was read. */
export function parseSecretsFile(file: string, text: string): Diagnosed<SecretsFile> {
  const format = extname(file) === ".json" ? "json" : "yaml";
  const { value: leaves, diagnostics } = readSecretsDocument({ file, text, format });
  if (leaves === undefined) return { diagnostics };
  return { value: { file, text, format, leaves }, diagnostics };
}

/** Values that are not encrypted, or not in the right form. */
export function formMistakes({ leaves }: SecretsFile): readonly Diagnostic[] {
  return leaves.flatMap((leaf) => {
    if (hasTokenForm(leaf.text)) return [];
    if (isToken(leaf.text)) return [valueMistake(leaf, "Wrong encrypted value", WRONG_FORM)];
    return [valueMistake(leaf, "Secret in clear", IN_CLEAR)];
  });
}

/** Decrypts every value. One that cannot be is a mistake with its place; nothing is ever taken for empty. */
export function decryptAll(
  { leaves }: SecretsFile,
  key: SecretsKey,
): Diagnosed<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const leaf of leaves) {
    const found = key.decrypt(leaf.path, leaf.text);
    if ("failure" in found) {
      diagnostics.push(valueMistake(leaf, "Wrong encrypted value", FAILURES[found.failure]));
    } else if (found.text.length < SHORTEST_SECRET) {
      diagnostics.push(tooShort(leaf));
    } else texts.set(leaf.path, found.text);
  }
  return hasErrors(diagnostics) ? { diagnostics } : { value: texts, diagnostics };
}

/** The mistake of a secret that is empty or too short to be one. */
export function tooShort(leaf: SecretsLeaf): Diagnostic {
  const detail = `has fewer than ${SHORTEST_SECRET} characters, and could not be kept out of what is shown. Choose a longer one`;
  return valueMistake(leaf, "Secret too short", detail);
}

const IN_CLEAR = "is not encrypted. Run holdfast secrets encrypt on the file";
const WRONG_FORM = "is not of the form ENC[AES256:…] with base64 in it. It was cut off or changed";
const FAILURES = {
  form: WRONG_FORM,
  tag: "cannot be decrypted: the key is another one, or the value was changed or moved to another name",
  text: "was encrypted from something that is no text",
} as const;

function valueMistake({ path, location }: SecretsLeaf, summary: string, what: string): Diagnostic {
  const detail = `${path} ${what}.`;
  return { severity: "error", address: `secret ${path}`, location, summary, detail };
}
