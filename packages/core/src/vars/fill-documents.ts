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
  /** A resource with a mistake in a text is `undefined`: nothing else is said of it. */
  readonly value: unknown;
  /** What was written where one name stood for a value. `path` leads there from the document. */
  writtenAt(path: FieldPath): string | undefined;
}

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
    if (varsOf(document) === undefined) return { value: document.value, writtenAt };
    // Data made of wrong vars is wrong too; a report of it would only repeat the mistake.
    if (areWrong) return { value: withoutResources(document.value), writtenAt };
    return fillDocument({ document, catalog, scope: { vars, facts }, budget, diagnostics });
  });
}

const writtenAt = (): undefined => undefined;

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
  const written = new Map<string, string>();
  const writtenAt = (path: FieldPath) => written.get(formatPath(path));
  if (!isJsonObject(value) || !Array.isArray(value.resources)) return { value, writtenAt };
  const resources = (value.resources as readonly Json[]).map((resource, index) =>
    isJsonObject(resource) ? fillResource(resource, { ...work, index, written }) : resource,
  );
  return { value: { ...value, resources }, writtenAt };
}

interface ResourceWork extends Work {
  readonly index: number;
  readonly written: Map<string, string>;
}

function fillResource(resource: JsonObject, work: ResourceWork): JsonObject | undefined {
  const { document, diagnostics, written, budget, scope } = work;
  if (isEnough(diagnostics) || isSpent(budget)) return undefined;
  const before = diagnostics.length;
  const base = ["resources", work.index];
  const address = addressOf(resource, document);
  const filling: Filling = {
    scope,
    budget,
    isOwnTemplate: ownTemplates(resource, work),
    filled: (path, text) => written.set(formatPath(path), text),
    report: (path, text, mistake) => {
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
  const words = typeof name === "string" ? fillWords(name, [...base, "name"], filling) : name;
  if (typeof words === "object") diagnostics.push(secretName(address, [...base, "name"], document));
  if (diagnostics.length > before) return undefined;
  return words === undefined ? filled : { ...filled, name: words };
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
