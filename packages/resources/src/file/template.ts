import {
  assert,
  type BindReport,
  type Facts,
  formatPath,
  type Json,
  type JsonObject,
  mistakeInWords,
  parseTemplate,
  renderTemplate,
  type TemplateMistake,
  type TemplateScope,
  varMistakes,
} from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";

/** Data of the author's own; `bind` says what may be in it. */
const varSchema: z.ZodMiniType<Json> = z.any();

/** What an author writes under `template` of a file. */
export const templateSchema = z
  .strictObject({
    text: z.optional(z.string().check(z.describe("The template itself."))),
    path: z.optional(
      z.string().check(z.describe("The template's path on the host, instead of its text.")),
    ),
    vars: z.optional(
      z
        .record(z.string(), varSchema)
        .check(z.describe("What its names stand for. {{facts.hostname}} and its like are known.")),
    ),
  })
  .check(
    // `bind` says it in words; this says it to editors.
    z.meta({ oneOf: [{ required: ["text"] }, { required: ["path"] }] }),
  );

/** What an author writes under `template` of a file. */
export type TemplateInput = z.infer<typeof templateSchema>;

/** Content that a template makes of vars and facts. */
export interface TemplateContent {
  readonly type: "template";
  readonly from:
    | { readonly type: "text"; readonly text: string }
    | { readonly type: "path"; readonly path: string };
  readonly vars: JsonObject;
}

/**
 * A template as content. One that names no facts is rendered here and now, so that its result is compared and shown like
 * any text; one that does is checked as far as that is possible without them.
 */
export function bindTemplate(
  { text, path, vars = {} }: TemplateInput,
  report: BindReport,
): TemplateContent | { readonly type: "inline"; readonly text: string } {
  for (const { path: field, summary, detail } of varMistakes(vars, ["template", "vars"])) {
    report(formatPath(field), summary, detail);
  }
  if ((text === undefined) === (path === undefined)) {
    const detail = "a template has a text or a path: write one of them";
    report("template", text === undefined ? "no template" : "two sources of a template", detail);
  }
  if (text === undefined) {
    if (path !== undefined) checkAbsolutePath(path, "template.path", report);
    return { type: "template", from: { type: "path", path: path ?? "" }, vars };
  }
  const made = makeText(text, { vars, facts: "later" });
  if (made.type === "made") return { type: "inline", text: made.text };
  for (const mistake of made.type === "wrong" ? made.mistakes : []) {
    report("template.text", "wrong template", mistake);
  }
  return { type: "template", from: { type: "text", text }, vars };
}

/** What came of a template: its text, what is wrong with it in words, or nothing before the facts are known. */
export type MadeText =
  | { readonly type: "made"; readonly text: string }
  | { readonly type: "wrong"; readonly mistakes: readonly string[] }
  | { readonly type: "needs-facts" };

/** Renders the text of a template with everything that is known. Secrets have been filled into the vars. */
export function renderText(text: string, vars: JsonObject, facts: Facts): MadeText {
  return makeText(text, { vars, facts });
}

function makeText(text: string, scope: TemplateScope): MadeText {
  const parsed = parseTemplate(text);
  if ("mistakes" in parsed) return wrong(text, parsed.mistakes);
  const { value, mistakes, needsFacts } = renderTemplate(parsed.template, scope);
  if (mistakes.length > 0) return wrong(text, mistakes);
  if (needsFacts) return { type: "needs-facts" };
  assert(typeof value === "string", "secrets have been filled in");
  return { type: "made", text: value };
}

function wrong(text: string, mistakes: readonly TemplateMistake[]): MadeText {
  return { type: "wrong", mistakes: mistakes.map((mistake) => mistakeInWords(text, mistake)) };
}
