import { checkResources } from "../check/check-resources.ts";
import type { FieldPath } from "../check/field-path.ts";
import type { ForeignWords } from "../check/foreign-words.ts";
import { mistakeDiagnostic } from "../check/mistake.ts";
import { type Diagnosed, type Diagnostic, hasErrors, isEnough } from "../fault/diagnostic.ts";
import type { GivenParameters } from "../blueprint/parameters.ts";
import type { Facts } from "../facts.ts";
import type { Hash } from "../ports/hash.ts";
import type { Catalog } from "../resource/catalog.ts";
import { createManifest } from "./create-manifest.ts";
import { declaredIn } from "./declared-in.ts";
import { readHeader } from "./header.ts";
import type { Manifest } from "./manifest.ts";
import { mistakesBetween } from "./mistakes-between.ts";
import { fillDocuments } from "../vars/fill-documents.ts";
import { type ManifestDocument, type ManifestFile, parseFile } from "./parse-file.ts";

/** What reading a manifest needs to know. */
export interface ReadManifestOptions {
  readonly catalog: Catalog;
  readonly hash: Hash;
  /** What a manifest with vars may name. Default: none. */
  readonly facts?: Facts;
  /** Values of vars, instead of those that are written. Default: none. */
  readonly parameters?: GivenParameters;
  /** For a second reading of what has mistakes. Default: none, and the advice is the schema's alone. */
  readonly words?: ForeignWords;
}

/**
 * Reads one manifest out of all documents of all files, in their order. Every mistake there is, of the text, the
 * fields, the kinds and the ids, is in the diagnostics with file, line and column. Where there is one, those of the graph
 * are too; of a manifest that can be read they are the graph's to report.
 *
 * Resources of documents with `vars` are filled first, so that the digest is that of the result.
 *
 * JSON is strict. YAML is 1.2 (core schema, no merge keys), except that `0644` and `0o644` mean the text `0644`.
 */
export function readManifest(
  files: readonly ManifestFile[],
  { catalog, hash, facts, parameters = {}, words }: ReadManifestOptions,
): Diagnosed<Manifest> {
  const diagnostics: Diagnostic[] = [];
  const documents = files.flatMap((file) => parseOwn(file, words, diagnostics));
  const isWhole = !hasErrors(diagnostics);
  // What could not be read may declare what is given.
  const given = isWhole ? parameters : {};
  const header = readHeader(documents, diagnostics, words);
  const filled = fillDocuments(
    documents.map(withPlaces),
    { catalog, facts, parameters: given },
    diagnostics,
  );
  const declared = documents.flatMap((document, at) =>
    declaredIn({ ...document, ...filled[at] }, diagnostics, words),
  );
  const checked = checkResources(declared, catalog, words);
  diagnostics.push(...checked.diagnostics);
  if (header === undefined || checked.value === undefined || hasErrors(diagnostics)) {
    // What is not there, because its file cannot be read, is not to be missed by others.
    if (isWhole && !isEnough(diagnostics)) {
      diagnostics.push(...mistakesBetween(declared, checked.valid, catalog));
    }
    return { diagnostics: inOrder(diagnostics, files) };
  }
  return { value: createManifest({ ...header, resources: checked.value, hash }), diagnostics };
}

/** The documents of a file; of one in the language of another tool none, and that is the one mistake of it. */
function parseOwn(
  file: ManifestFile,
  words: ForeignWords | undefined,
  diagnostics: Diagnostic[],
): readonly ManifestDocument[] {
  const found: Diagnostic[] = [];
  const documents = parseFile(file, found);
  const other = words?.otherLanguage(
    file.text,
    documents.map(({ value }) => value),
  );
  if (other === undefined) {
    diagnostics.push(...found);
    return documents;
  }
  const detail = `This is ${other.name}. ${other.advice}`;
  const mistake = { path: [], summary: "Not a manifest", detail };
  diagnostics.push(mistakeDiagnostic(mistake, file.file, { file: file.file }));
  return [];
}

function withPlaces({ value, file, number, positions }: ManifestDocument) {
  return { value, file, locate: (path: FieldPath) => positions().locate(number, path) };
}

/** In the order of the files, and in each from top to bottom, as one would mend them. */
function inOrder(
  diagnostics: readonly Diagnostic[],
  files: readonly ManifestFile[],
): readonly Diagnostic[] {
  const ranks = new Map(files.map(({ file }, rank) => [file, rank]));
  const rank = ({ location }: Diagnostic) => ranks.get(location?.file ?? "") ?? files.length;
  return diagnostics.toSorted(
    (left, right) =>
      rank(left) - rank(right) ||
      (left.location?.line ?? 0) - (right.location?.line ?? 0) ||
      (left.location?.column ?? 0) - (right.location?.column ?? 0),
  );
}
