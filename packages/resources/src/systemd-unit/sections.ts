import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);

/** Sections of a unit file by their names, in the order of the file. */
export const sectionsSchema = z.record(
  z.string(),
  z.record(z.string(), z.union([valueSchema, z.array(valueSchema)])),
);

type Sections = z.infer<typeof sectionsSchema>;
type Value = z.infer<typeof valueSchema>;

const SECTION = /^[A-Za-z][A-Za-z0-9-]*$/;
const KEY = /^[A-Za-z][A-Za-z0-9-]*$/;
/** Each would end the line, or make the next one part of it. */
const BREAKS_LINE = /[\n\r\0]|\\$/;

/** Sections as systemd reads them: one line for each value, of a list for each item; true is yes. */
export function sectionsText(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, keys]) => `[${name}]\n${linesOf(keys)}`)
    .join("\n");
}

function linesOf(keys: Sections[string]): string {
  return Object.entries(keys)
    .flatMap(([key, value]) => valuesOf(value).map((one) => `${key}=${valueText(one)}\n`))
    .join("");
}

function valuesOf(value: Value | readonly Value[]): readonly Value[] {
  return typeof value === "object" ? value : [value];
}

function valueText(value: Value): string {
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** Reports what would be read as something else than it was written as. */
export function checkSections(sections: Sections, report: BindReport): void {
  for (const [name, keys] of Object.entries(sections)) {
    const section = `sections.${name}`;
    if (!SECTION.test(name)) report(section, "not the name of a section", "write one like Service");
    for (const [key, value] of Object.entries(keys)) {
      const path = `${section}.${key}`;
      if (!KEY.test(key)) report(path, "not the name of a setting", "write one like ExecStart");
      if (!valuesOf(value).some((one) => BREAKS_LINE.test(valueText(one)))) continue;
      const detail =
        "a value is one line that does not end in a backslash; for several lines write a list";
      report(path, "more than one line", detail);
    }
  }
}

/** A file that is declared as text or as sections. */
export interface DeclaredContent {
  readonly text?: string | undefined;
  readonly sections?: Sections | undefined;
  readonly state?: string | undefined;
}

/** Reports content that is missing, doubled or not wanted; of a file without anything in it what its kind has against that. */
export function checkContent(
  { text, sections, state }: DeclaredContent,
  empty: { readonly summary: string; readonly detail: string },
  report: BindReport,
): void {
  if (sections !== undefined) checkSections(sections, report);
  if (state === "absent") {
    if (text === undefined && sections === undefined) return;
    const detail = "keep the content or state: absent, not both";
    report(text === undefined ? "sections" : "text", "a value for what should be absent", detail);
  } else if (text !== undefined && sections !== undefined) {
    report("sections", "two sources of content", "keep one of text and sections");
  } else if (text === undefined && sections === undefined) {
    report("", "nothing to write", "write text or sections");
  } else if ((text ?? sectionsText(sections ?? {})) === "") {
    report("", empty.summary, empty.detail);
  }
}
