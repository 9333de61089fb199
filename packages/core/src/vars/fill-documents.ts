import type { GivenParameters } from "../blueprint/parameters.ts";
import { type FieldPath, formatPath } from "../check/field-path.ts";
import { mistakeDiagnostic } from "../check/mistake.ts";
import { showName } from "../check/name.ts";
import type { Facts } from "../facts.ts";
import { type Diagnostic, isEnough } from "../fault/diagnostic.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { RenderBudget } from "../template/render-template.ts";
import { fillData, type Filling, fillWords, isSpent } from "./fill-data.ts";
import { readVars, varsOf } from "./read-vars.ts";
import { templateDiagnostic, type VarsDocument } from "./vars-document.ts";

/** What documents are filled with. */
export interface FillOptions {
  readonly catalog: Catalog;
  readonly facts: Facts | undefined;
  readonly parameters: GivenParameters;
}

/** A document with its names filled in. */
export interface FilledDocument {
  /** A text with a mistake stays as it was written; a resource with or after too many of them is `undefined`. */
  readonly value: unknown;
  /** The paths in a resource, by its index, of texts that could not be filled, which is in the diagnostics. */
  readonly unfilled: Unfilled;
  /** What was written where one name stood for a value. `path` leads there from the document. */
  writtenAt(path: FieldPath): string | undefined;
}

/** Paths in resources, by the index of the resource. */
export type Unfilled = ReadonlyMap<number, readonly FieldPath[]>;

/** Of a resource with more of them nothing else is said. */
const MOST_UNFILLED = 20;

/** Characters and values of all texts of a manifest that names are filled into. */
const MANIFEST_BUDGET: RenderBudget = { characters: 67_108_864, steps: 1_000_000 };

/**
 * Fills the resources of the documents that declare `vars`, if only `{}`; any other document means what it says, to the
 * letter. Names are those of the vars of all documents. `kind`, and what a document says of itself, are not filled.
 */
export function fillDocuments(
  documents: readonly VarsDocument[],
  { catalog, facts, parameters }: FillOptions,
  diagnostics: Diagnostic[],
): readonly FilledDocument[] {
  const budget = { ...MANIFEST_BUDGET };
  const before = diagnostics.length;
  const vars = readVars(documents, { facts, parameters, budget }, diagnostics);
  const areWrong = diagnostics.length > before;
  return documents.map((document) => {
    if (varsOf(document) === undefined) return asWritten(document.value);
    // Data made of wrong vars is wrong too; a report of it would only repeat the mistake.
    if (areWrong) return asWritten(withoutResources(document.value));
    return fillDocument({ document, catalog, scope: { vars, facts }, budget, diagnostics });
  });
}

function asWritten(value: unknown): FilledDocument {
  return { value, writtenAt: () => undefined, unfilled: new Map() };
}

function withoutResources(value: unknown): unknown {
  return isJsonObject(value) ? { ...value, resources: [] } : value;
}

interface Work extends Pick<Filling, "scope" | "budget"> {
  readonly document: VarsDocument;
  readonly catalog: Catalog;
  readonly diagnostics: Diagnostic[];
}

function fillDocument(work: Work): FilledDocument {
  const { value } = work.document;
  if (!isJsonObject(value) || !Array.isArray(value.resources)) return asWritten(value);
  const written = new Map<string, string>();
  const unfilled = new Map<number, FieldPath[]>();
  const resources = (value.resources as readonly Json[]).map((resource, index) => {
    if (!isJsonObject(resource)) return resource;
    const paths: FieldPath[] = [];
    const takeUnfilled = (path: FieldPath): void => {
      if (paths.push(path.slice(2)) === 1) unfilled.set(index, paths);
    };
    const filled = fillResource(resource, { ...work, index, written, takeUnfilled });
    return paths.length > MOST_UNFILLED ? undefined : filled;
  });
  const writtenAt = (path: FieldPath) => written.get(formatPath(path));
  return { value: { ...value, resources }, writtenAt, unfilled };
}

interface ResourceWork extends Work {
  readonly index: number;
  readonly written: Map<string, string>;
  /** Takes the path, from the document, of a text that cannot be filled. */
  takeUnfilled(path: FieldPath): void;
}

function fillResource(resource: JsonObject, work: ResourceWork): JsonObject | undefined {
  const { document, diagnostics, written, takeUnfilled, budget, scope } = work;
  if (isEnough(diagnostics) || isSpent(budget)) return undefined;
  const base = ["resources", work.index];
  const address = addressOf(resource, document);
  const filling: Filling = {
    scope,
    budget,
    isOwnTemplate: ownTemplates(resource, work),
    filled: (path, text) => written.set(formatPath(path), text),
    report: (path, text, mistake) => {
      takeUnfilled(path);
      if (isEnough(diagnostics)) return;
      diagnostics.push(templateDiagnostic({ document, path, text, mistake, address }));
    },
  };
  const { name, spec, meta } = resource;
  const filled = {
    ...resource,
    ...(spec === undefined ? {} : { spec: fillData(spec, [...base, "spec"], filling) }),
    ...(meta === undefined ? {} : { meta: fillData(meta, [...base, "meta"], filling) }),
  };
  if (typeof name !== "string") return filled;
  const path = [...base, "name"];
  const words = fillWords(name, path, filling);
  if (typeof words === "string") return { ...filled, name: words };
  takeUnfilled(path);
  diagnostics.push(secretName(address, path, document));
  return filled;
}

/** A text that its kind takes for a template is left to that. */
function ownTemplates({ kind }: JsonObject, { catalog }: Work): Filling["isOwnTemplate"] {
  const fields = typeof kind === "string" ? (catalog.get(kind)?.templateFields ?? []) : [];
  return (path) => fields.length > 0 && fields.includes(formatPath(path.slice(3)));
}

function addressOf({ kind, name }: JsonObject, { file }: VarsDocument): string {
  const isNamed = typeof kind === "string" && typeof name === "string";
  return isNamed ? showName(`${kind}:${name}`) : file;
}

function secretName(address: string, path: FieldPath, document: VarsDocument): Diagnostic {
  const detail = "name cannot hold a secret: it is shown and recorded.";
  const mistake = { path, summary: "Misplaced secret", detail };
  return mistakeDiagnostic(mistake, address, document.locate(path));
}
