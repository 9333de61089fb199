import {
  assert,
  type Diagnosed,
  type Diagnostic,
  hasErrors,
  type SecretsLeaf,
} from "@holdfast/core";
import { literalBlock, quoted } from "./plain-value.ts";
import {
  decryptAll,
  formMistakes,
  parseSecretsFile,
  type SecretsFile,
  SHORTEST_SECRET,
  tooShort,
} from "./secrets-file.ts";
import { isToken, type SecretsKey } from "./secrets-key.ts";

/** A secrets file with some of its values written anew; everything else, comments too, is as it was. */
export interface Rewritten {
  readonly text: string;
  /** Paths of the values that were encrypted anew. */
  readonly encrypted: readonly string[];
}

/**
 * Encrypts what is in clear. What is encrypted stays as it is, character for character, and must be of this key.
 * `before` is the same file when it was encrypted: a value that says what it said keeps its form.
 */
export function encryptSecrets(
  file: SecretsFile,
  key: SecretsKey,
  before?: SecretsFile,
): Diagnosed<Rewritten> {
  const tokens = file.leaves.filter(({ text }) => isToken(text));
  const { diagnostics: failures } = allTexts({ ...file, leaves: tokens }, key);
  const plain = file.leaves.filter(({ text }) => !isToken(text));
  const short = plain.filter(({ text }) => text.length < SHORTEST_SECRET).map(tooShort);
  const diagnostics: readonly Diagnostic[] = [...failures, ...short];
  if (hasErrors(diagnostics)) return { diagnostics };
  const kept = before === undefined ? new Map<string, string>() : keptTokens(before, plain, key);
  const replaced = plain.map((leaf) => {
    const token = kept.get(leaf.path) ?? key.encrypt(leaf.path, leaf.text);
    return { ...leaf, by: quoted(token) };
  });
  const text = splice(file.text, replaced);
  const encrypted = plain.map(({ path }) => path).filter((path) => !kept.has(path));
  return { value: { text, encrypted }, diagnostics };
}

/** The file with every value in clear, for an editor. */
export function decryptSecrets(file: SecretsFile, key: SecretsKey): Diagnosed<string> {
  const { value: texts, diagnostics } = allTexts(file, key);
  if (texts === undefined) return { diagnostics };
  const inLines = splice(file.text, withTexts(file, texts, true));
  const value = saysTheSame(file.file, inLines, texts)
    ? inLines
    : splice(file.text, withTexts(file, texts, false));
  assert(saysTheSame(file.file, value, texts), "a decrypted secrets file is read as it was");
  return { value, diagnostics };
}

/** The file under another key. What values say stays the same. */
export function rekeySecrets(
  file: SecretsFile,
  key: SecretsKey,
  newKey: SecretsKey,
): Diagnosed<Rewritten> {
  const { value: texts, diagnostics } = allTexts(file, key);
  if (texts === undefined) return { diagnostics };
  const replaced = file.leaves.map((leaf) => ({
    ...leaf,
    by: quoted(newKey.encrypt(leaf.path, texts.get(leaf.path) ?? "")),
  }));
  const encrypted = file.leaves.map(({ path }) => path);
  return { value: { text: splice(file.text, replaced), encrypted }, diagnostics };
}

function allTexts(file: SecretsFile, key: SecretsKey): Diagnosed<ReadonlyMap<string, string>> {
  const mistakes = formMistakes(file);
  return mistakes.length > 0 ? { diagnostics: mistakes } : decryptAll(file, key);
}

/** The encrypted forms of values that say what they said before. */
function keptTokens(
  before: SecretsFile,
  plain: readonly SecretsLeaf[],
  key: SecretsKey,
): ReadonlyMap<string, string> {
  const said = decryptAll(before, key).value ?? new Map<string, string>();
  const same = new Set(
    plain.filter(({ path, text }) => said.get(path) === text).map(({ path }) => path),
  );
  return new Map(
    before.leaves.filter(({ path }) => same.has(path)).map(({ path, text }) => [path, text]),
  );
}

function withTexts(
  file: SecretsFile,
  texts: ReadonlyMap<string, string>,
  mayUseLines: boolean,
): readonly Replacement[] {
  return file.leaves.map(({ path, start, end }) => {
    const value = texts.get(path) ?? "";
    const { text, format } = file;
    const block =
      mayUseLines && format === "yaml" ? literalBlock(value, { text, start, end }) : undefined;
    return { start, end, by: block ?? quoted(value) };
  });
}

function saysTheSame(file: string, text: string, texts: ReadonlyMap<string, string>): boolean {
  const leaves = parseSecretsFile(file, text).value?.leaves;
  return (
    leaves?.length === texts.size && leaves.every((leaf) => texts.get(leaf.path) === leaf.text)
  );
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** In the order of the text. */
function splice(text: string, replacements: readonly Replacement[]): string {
  let result = "";
  let done = 0;
  for (const { start, end, by } of replacements) {
    result += text.slice(done, start) + by;
    done = end;
  }
  return result + text.slice(done);
}
