import {
  type Diagnosed,
  type Diagnostic,
  formatLocation,
  hasErrors,
  isEnough,
  type SourceLocation,
} from "../fault/diagnostic.ts";
import { type ResourceId, resourceId } from "../id.ts";
import type { Json } from "../json.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { AnyKind, BindReport } from "../resource/kind.ts";
import type { Resource } from "../resource/resource.ts";
import { REDACTED } from "../secret/secret.ts";
import type { SecretReference } from "../secret/secret-reference.ts";
import { fillSecrets } from "../secret/written-secret.ts";
import { asMeta, metaMistakes } from "./check-meta.ts";
import { type ForeignWords, withForeignAdvice } from "./foreign-words.ts";
import { type FieldPath, formatPath, isAtOrBelow } from "./field-path.ts";
import { fieldMistakes, valueAt } from "./field-mistakes.ts";
import {
  advice,
  type Mistake,
  mistakeAsWritten,
  mistakeDiagnostic,
  mistakeInFilled,
  shorten,
} from "./mistake.ts";
import { isPlainName, NAME_RULE, showName } from "./name.ts";
import { misplacedReferences, misplacedInMeta } from "./secret-places.ts";
import { type Survey, survey, type WrittenReference } from "./survey.ts";

/** One resource as it was declared, in a file or by a blueprint: plain data, nothing checked. */
export interface Declared {
  readonly kind: string;
  readonly name: string;
  readonly spec: Json;
  readonly meta: Json;
  /** Where a field of it was written; the empty path is the resource itself. */
  locate(path: FieldPath): SourceLocation | undefined;
  /** What was written where a var was filled in as it is. Default: nothing was. */
  writtenAt?(path: FieldPath): string | undefined;
  /** The letters of a value without quotes, as they stand in a file. Default: they are not known. */
  textAt?(path: FieldPath): string | undefined;
  /** Where texts could not be filled in, which was said: nothing else is said of these. Default: all could. */
  readonly unfilled?: readonly FieldPath[];
}

/** What was declared, checked. */
export interface CheckedResources extends Diagnosed<readonly Resource[]> {
  /** Those without mistakes, also when others have some. */
  readonly valid: readonly Resource[];
}

/**
 * Turns declarations into resources: the kind must exist, spec and meta must fit, ids must be unique. Every mistake is
 * reported with its place. What needs the whole graph (unknown dependencies, cycles) is the graph's to report.
 * Linear in the number of resources.
 */
export function checkResources(
  declared: readonly Declared[],
  catalog: Catalog,
  words?: ForeignWords,
): CheckedResources {
  const diagnostics: Diagnostic[] = [];
  const valid: Resource[] = [];
  const seen = new Map<ResourceId, Declared>();
  for (const one of declared) {
    if (isEnough(diagnostics)) break;
    const id = resourceId(one.kind, one.name);
    const before = isNameKnown(one) ? seen.get(id) : undefined;
    if (before === undefined) seen.set(id, one);
    else diagnostics.push(duplicate(id, before, one));
    const checked = checkOne(id, one, catalog);
    if ("id" in checked) {
      valid.push(checked);
      const warnings = warningsOf(checked, catalog);
      diagnostics.push(...warnings.map((warning) => warningOf(warning, one)));
    } else diagnostics.push(...checked.map((mistake) => diagnosticOf(mistake, one, words)));
  }
  return hasErrors(diagnostics) ? { diagnostics, valid } : { value: valid, diagnostics, valid };
}

function checkOne(id: ResourceId, one: Declared, catalog: Catalog): Resource | readonly Mistake[] {
  const kind = catalog.get(one.kind);
  const written = survey(one.spec, ["spec"]);
  const { references } = written;
  // A reference that is none cannot be filled in, and hides what the schema would say.
  const isFilled = references.length > 0 && written.mistakes.length === 0;
  const spec = isFilled ? fillSecrets(one.spec, () => REDACTED) : one.spec;
  const { unfilled = [] } = one;
  const found = [
    ...nameMistakes(one.name),
    ...(kind === undefined
      ? [unknownKind(one.kind, catalog)]
      : firstOf([...written.mistakes, ...misplacedReferences(kind, references)], () =>
          withRounded(fieldMistakes(kind.schema, spec, ["spec"]), written, one),
        )),
    ...metaMistakesOf(one),
  ];
  const mistakes = found.filter(({ path }) => !isAtOrBelow(path, unfilled));
  if (kind === undefined || found.length > 0 || unfilled.length > 0) return mistakes;
  const bound = bind(kind, { name: one.name, spec, hasSecrets: references.length > 0 }, mistakes);
  if (mistakes.length > 0) return mistakes;
  const location = () => one.locate([]);
  const { name, spec: input } = one;
  const resource = {
    id,
    kind: one.kind,
    name,
    spec: bound,
    input,
    meta: asMeta(one.meta),
    location,
  };
  if (references.length === 0) return resource;
  return { ...resource, references: references.map((reference) => located(reference, one)) };
}

/** Whether its name is the one that it is to have. */
export function isNameKnown({ unfilled = [] }: Pick<Declared, "unfilled">): boolean {
  return !isAtOrBelow(["name"], unfilled);
}

function located({ path, secrets }: WrittenReference, one: Declared): SecretReference {
  const location = () => one.locate(path);
  return { path: path.slice(1), field: formatPath(path), secrets, location };
}

function metaMistakesOf(one: Declared): readonly Mistake[] {
  const { meta } = one;
  const written = survey(meta, ["meta"]);
  const first = [...written.mistakes, ...misplacedInMeta(written.references)];
  return firstOf(first, () => withRounded(metaMistakes(meta), written, one));
}

/**
 * Adds the numbers that were rounded. Of one where the schema wants no number one mistake is enough: that of the schema, which
 * repeats what was written, but only where that is known.
 */
function withRounded(
  mistakes: readonly Mistake[],
  { rounded }: Pick<Survey, "rounded">,
  { textAt }: Pick<Declared, "textAt">,
): readonly Mistake[] {
  if (rounded.length === 0) return mistakes;
  const [first, second] = textAt === undefined ? [rounded, mistakes] : [mistakes, rounded];
  const said = new Set(first.map(({ path }) => formatPath(path)));
  return [...first, ...second.filter(({ path }) => !said.has(formatPath(path)))];
}

/** What is wrong in the first respect hides what would only follow from it. */
function firstOf(first: readonly Mistake[], second: () => readonly Mistake[]): readonly Mistake[] {
  return first.length > 0 ? first : second();
}

interface Binding {
  readonly name: string;
  readonly spec: Json;
  readonly hasSecrets: boolean;
}

function bind(kind: AnyKind, { name, spec, hasSecrets }: Binding, mistakes: Mistake[]): unknown {
  const report = reportInto(mistakes);
  const bound = kind.bind(name, spec, report);
  if (hasSecrets) kind.checkSecretUse?.(bound, report);
  return bound;
}

function reportInto(mistakes: Mistake[]): BindReport {
  return (dotted, summary, detail) => {
    const path = dotted === "" ? [] : ["spec", ...dotted.split(".")];
    mistakes.push({ path, summary, detail });
  };
}

function warningsOf({ kind, spec, meta }: Resource, catalog: Catalog): readonly Mistake[] {
  const warnings: Mistake[] = [];
  catalog.get(kind)?.checkMeta?.(spec, meta, reportInto(warnings));
  return warnings;
}

function nameMistakes(name: string): readonly Mistake[] {
  if (isPlainName(name)) return [];
  const detail = `name must be ${NAME_RULE}, but is ${JSON.stringify(shorten(name))}.`;
  return [{ path: ["name"], summary: "Wrong name", detail }];
}

function unknownKind(kind: string, catalog: Catalog): Mistake {
  const finding = `There is no kind "${kind}".`;
  const detail = `${finding} ${advice(kind, [...catalog.keys()].toSorted())}`;
  return { path: ["kind"], summary: "Unknown kind", detail, finding };
}

function duplicate(id: ResourceId, first: Declared, second: Declared): Diagnostic {
  const location = second.locate([]);
  const here = location === undefined ? "again" : `again at ${formatLocation(location)}`;
  const earlier = first.locate([]);
  const there = earlier === undefined ? "" : ` at ${formatLocation(earlier)}`;
  const detail = `${id} is declared${there} and ${here}. Remove one, or give one another name.`;
  return mistakeDiagnostic({ path: [], summary: "Duplicate resource", detail }, id, location);
}

function warningOf(mistake: Mistake, one: Declared): Diagnostic {
  return { ...diagnosticOf(mistake, one), severity: "warning" };
}

function diagnosticOf(mistake: Mistake, one: Declared, words?: ForeignWords): Diagnostic {
  const { kind, name, spec, meta } = one;
  const value = valueAt({ kind, name, spec, meta }, mistake.path);
  const advised = withForeignAdvice(mistake, words, { kind, value });
  const written = one.writtenAt?.(mistake.path);
  const said =
    written === undefined
      ? mistakeAsWritten(advised, one.textAt?.(mistake.path))
      : mistakeInFilled(advised, written);
  return mistakeDiagnostic(said, showName(resourceId(kind, name)), one.locate(mistake.path));
}
