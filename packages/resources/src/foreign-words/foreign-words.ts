/**
 * The words of other tools (Ansible, Puppet, Salt, Chef, CFEngine, docker-compose, Kubernetes), and what they are called
 * here. An entry of its own: it is loaded only for a manifest that has mistakes.
 */
import { type FieldPath, nearest, parseResourceId } from "@holdfast/core";
import {
  type ForeignAdvice,
  type ForeignSlip,
  type ForeignWords,
  META_FIELDS,
} from "@holdfast/core/foreign-words";
import { standardKinds } from "../standard-kinds.ts";
import { FOREIGN_FIELDS } from "./foreign-fields.ts";
import { FOREIGN_KINDS, UNBUILT_KINDS } from "./foreign-kinds.ts";
import { FOREIGN_VALUES } from "./foreign-values.ts";
import { adviceOf, findWord, type ForeignTable } from "./foreign-word.ts";
import { languageOfEnding, otherLanguage } from "./other-languages.ts";

/** The words of other tools for the kinds that come with Holdfast. */
export const foreignWords: ForeignWords = { adviceFor, otherLanguage, languageOfEnding };

function adviceFor(slip: ForeignSlip): ForeignAdvice | undefined {
  switch (slip.summary) {
    case "Unknown kind":
      return kindAdvice(slip.kind ?? "");
    case "Unknown field":
      return fieldAdvice(slip);
    case "Wrong type":
    case "Wrong value":
      return valueAdvice(slip);
    default:
      return undefined;
  }
}

function kindAdvice(written: string): ForeignAdvice | undefined {
  // As in ansible.builtin.copy, Puppet's File, and CFEngine's plurals.
  const word = written.slice(written.lastIndexOf(".") + 1).toLowerCase();
  const isKnown = nearest(word, Object.keys(standardKinds)) !== undefined;
  const designed = isKnown ? undefined : nearest(word, Object.keys(UNBUILT_KINDS));
  const row = Object.entries(FOREIGN_KINDS).find(([words]) => words.split(" ").includes(word))?.[1];
  if (row !== undefined) return { text: adviceOf(row) };
  if (designed === undefined) return undefined;
  const until = UNBUILT_KINDS[designed] ?? "";
  const text = `${designed} is designed, but not part of this version (NotBuilt). Until then: ${until}`;
  return { text, summary: "Not built yet" };
}

function fieldAdvice({ path, kind, value }: ForeignSlip): ForeignAdvice | undefined {
  const [first, second] = path;
  const isTop = path.length === 1;
  const field = isTop ? first : path.length === 2 ? second : undefined;
  if (typeof field !== "string") return undefined;
  if (kind === undefined) return isTop ? inTable(FOREIGN_FIELDS, "Manifest", field) : undefined;
  return (
    withPath(inTable(FOREIGN_FIELDS, kind, field), value) ??
    misplaced(kind, field, isTop ? undefined : first) ??
    withPath(inTable(FOREIGN_FIELDS, "*", field), value)
  );
}

/** The advice with the path that was written, where its example is one field with a path. */
function withPath(advice: ForeignAdvice | undefined, value: unknown): ForeignAdvice | undefined {
  if (typeof value !== "string" || !PLAIN_PATH.test(value)) return advice;
  return advice && { ...advice, text: advice.text.replace(PATH_OF_EXAMPLE, () => `${value} }.`) };
}

/** What YAML takes for a text without quotes. */
const PLAIN_PATH = /^(?:\/[\w.-]{1,60}){1,8}$/;
const PATH_OF_EXAMPLE = /(?<=^Write (?:spec|meta): \{ \w+: )\/[\w./-]+ \}\./;

/** A field of ours in the wrong one of `spec`, `meta` and the resource itself. */
function misplaced(
  kind: string,
  field: string,
  place: FieldPath[number] | undefined,
): ForeignAdvice | undefined {
  if (place !== "spec" && specFields(kind).includes(field)) {
    return { text: `It is a field of spec: write spec: { ${field}: … }.` };
  }
  if (place !== "meta" && META_FIELDS.includes(field)) {
    return { text: `It is a field of meta, beside spec: write meta: { ${field}: … }.` };
  }
  return undefined;
}

function inTable(table: ForeignTable, kind: string, word: string): ForeignAdvice | undefined {
  const row = findWord(table, kind, word);
  return row === undefined ? undefined : { text: adviceOf(row) };
}

function specFields(kind: string): readonly string[] {
  const schema = Object.entries(standardKinds).find(([name]) => name === kind)?.[1].schema;
  const definition: object | undefined = schema?._zod.def;
  const shape: unknown = definition === undefined ? undefined : Reflect.get(definition, "shape");
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

function valueAdvice({ path, kind = "", value }: ForeignSlip): ForeignAdvice | undefined {
  const [place, field] = path;
  if (path.length !== 2 || typeof field !== "string") return undefined;
  if (place === "meta" && isListOf(field, value)) {
    return { text: `Write meta: { ${field}: [${JSON.stringify(value)}] }.` };
  }
  const words = Array.isArray(value)
    ? [`${field}=[]`]
    : [
        `${field}=${String(value).toLowerCase()}`,
        ...(typeof value === "string" ? [`${field}=text`] : []),
      ];
  for (const word of words) {
    const advice = inTable(FOREIGN_VALUES, kind, word) ?? inTable(FOREIGN_VALUES, "*", word);
    if (advice !== undefined) return advice;
  }
  return undefined;
}

/** Whether a text would be good in brackets: an id, or a tag. */
function isListOf(field: string, value: unknown): boolean {
  if (typeof value !== "string" || value.length > MOST_REPEATED) return false;
  const isOfIds = field === "dependsOn" || field === "notify";
  return isOfIds
    ? parseResourceId(value) !== undefined
    : field === "tags" && /^[\w-]+$/.test(value);
}

const MOST_REPEATED = 80;
