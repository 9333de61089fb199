import {
  ABSENT,
  assert,
  describeInvalidUtf8,
  type Facts,
  Fault,
  type FileReading,
  type HostReader,
  MAX_TEMPLATE_LENGTH,
  type Observation,
} from "@holdfast/core";
import { decodeText } from "../byte-text.ts";
import { type FileSpec, type InlineContent, inlineContent, sourcePaths } from "./spec.ts";
import { unavailableContent } from "./source.ts";
import { renderText, type TemplateContent } from "./template.ts";

/** A character of a text is three bytes of UTF-8 at most. */
const MAX_TEMPLATE_BYTES = 3 * MAX_TEMPLATE_LENGTH;

/** What became of templates: content, or why there is none. */
export type RenderedContents = ReadonlyMap<FileSpec, InlineContent | Fault>;

/** Renders the specs that are made by a template, with the facts of now. Each template that lies on the host is read once. */
export async function renderContents(
  specs: readonly FileSpec[],
  host: HostReader,
  signal: AbortSignal,
): Promise<RenderedContents> {
  const templates = specs.filter(isMadeByTemplate);
  if (templates.length === 0) return NOTHING;
  const paths = [...new Set(templates.flatMap(sourcePaths))];
  const requests = paths.map((path) => ({
    path,
    followLink: true,
    content: "bytes" as const,
    maxBytes: MAX_TEMPLATE_BYTES,
  }));
  const found = await host.files.readMany(requests, signal);
  const readings = new Map(paths.map((path, position) => [path, found[position] ?? ABSENT]));
  const facts = await host.facts.read(signal);
  return new Map(templates.map((spec) => [spec, renderOne(spec, { readings, facts })]));
}

const NOTHING: RenderedContents = new Map();

/**
 * The same of one file, for writing it.
 * @throws {Fault} ContentUnavailable, TemplateInvalid.
 */
export async function renderContent(
  spec: FileSpec,
  host: HostReader,
  signal: AbortSignal,
): Promise<InlineContent> {
  const rendered = (await renderContents([spec], host, signal)).get(spec);
  assert(rendered !== undefined, "only what a template makes is rendered");
  if (rendered instanceof Fault) throw rendered;
  return rendered;
}

/** The spec with what its template was rendered to for its content. */
export function withRendered(spec: FileSpec, rendered: InlineContent | undefined): FileSpec {
  return rendered === undefined ? spec : { ...spec, content: rendered };
}

interface MadeByTemplate extends FileSpec {
  readonly content: TemplateContent;
}

interface Rendering {
  readonly readings: ReadonlyMap<string, Observation<FileReading>>;
  readonly facts: Facts;
}

function isMadeByTemplate(spec: FileSpec): spec is MadeByTemplate {
  return !spec.isAbsent && spec.content.type === "template";
}

function renderOne(
  { path, content }: MadeByTemplate,
  { readings, facts }: Rendering,
): InlineContent | Fault {
  const text = textOf(content, readings);
  if (typeof text !== "string") return text(path);
  const made = renderText(text, content.vars, facts);
  if (made.type === "made") return inlineContent(made.text);
  return wrongTemplate(path, content, made.type === "wrong" ? made.mistakes : []);
}

/** The text of a template, or what is wrong with the file that should hold it. */
function textOf(
  { from }: TemplateContent,
  readings: Rendering["readings"],
): string | ((path: string) => Fault) {
  if (from.type === "text") return from.text;
  const source = readings.get(from.path) ?? ABSENT;
  if (source.type !== "present" || source.value.entry.type !== "file") {
    return (path) => unavailableContent({ path, from: from.path, source });
  }
  const { bytes } = source.value;
  const text = bytes === undefined ? undefined : decodeText(bytes);
  if (text !== undefined) return text;
  const why =
    bytes === undefined
      ? `it has ${source.value.entry.sizeBytes} bytes; at most ${MAX_TEMPLATE_BYTES} are read`
      : `it is not UTF-8: ${describeInvalidUtf8(bytes)}`;
  return (path) => wrongTemplate(path, { from }, [why]);
}

/** Names of the template are quoted, values never. */
function wrongTemplate(
  path: string,
  { from }: Pick<TemplateContent, "from">,
  mistakes: readonly string[],
): Fault {
  const [first = "it cannot be rendered", ...more] = mistakes;
  const where = from.type === "path" ? ` ${from.path}` : "";
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return new Fault({
    reason: "TemplateInvalid",
    message: `the template${where} of ${path} is wrong: ${first.slice(0, 500)}${others}`,
    resolution: "Correct the template, or declare what it names in its vars.",
  });
}
