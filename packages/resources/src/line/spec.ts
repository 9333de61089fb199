import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { byteStringOf } from "../byte-text.ts";
import { stateSchema } from "../declared-state.ts";
import { bindPattern, type TextPattern } from "../pattern/text-pattern.ts";

const patternSchema = z.string().check(z.minLength(1));

const lineFields = z.strictObject({
  path: z.string().check(z.describe("The file, an absolute path. It must exist.")),
  line: z.optional(z.string().check(z.describe("The line that should be there."))),
  match: z.optional(
    patternSchema.check(
      z.describe("Regular expression: the last line that matches becomes the line."),
    ),
  ),
  block: z.optional(
    z
      .strictObject({ marker: z.string().check(z.minLength(1)), text: z.string() })
      .check(
        z.describe(
          "Lines between two marker lines. The marker is a name, or a whole line with {mark} in it.",
        ),
      ),
  ),
  insertAfter: z.optional(
    patternSchema.check(
      z.describe("Regular expression: add after its last match, else at the end."),
    ),
  ),
  insertBefore: z.optional(
    patternSchema.check(
      z.describe("Regular expression: add before its first match, else at the end."),
    ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a line; its name is free. */
export const lineSchema = lineFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    anyOf: [
      { required: ["line"], not: { required: ["block"] } },
      { required: ["block"], not: { anyOf: [{ required: ["line"] }, { required: ["match"] }] } },
      {
        required: ["match", "state"],
        properties: { state: { const: "absent" } },
        not: { required: ["block"] },
      },
    ],
    not: { required: ["insertAfter", "insertBefore"] },
  }),
);

/** What an author writes under `spec` of a line. */
export type LineInput = z.infer<typeof lineSchema>;

/**
 * A line, or a marked block of lines, that should be in a file. All texts in `edit` are byte strings. Patterns are as they
 * were written, or, after `compileLine`, what runs them.
 */
export interface LineSpec<Pattern = TextPattern> {
  readonly path: string;
  readonly edit: LineEdit<Pattern> | BlockEdit<Pattern>;
  readonly isAbsent: boolean;
}

/** Where a new line goes; without either at the end. */
export interface Insertion<Pattern = TextPattern> {
  readonly after?: Pattern;
  readonly before?: Pattern;
}

/** One line. Without `text` (to be absent only) it is whatever matches. */
export interface LineEdit<Pattern = TextPattern> extends Insertion<Pattern> {
  readonly type: "line";
  readonly text?: string;
  readonly match?: Pattern;
}

/** Lines between two marker lines. */
export interface BlockEdit<Pattern = TextPattern> extends Insertion<Pattern> {
  readonly type: "block";
  /** As written: a name, or a whole line with `{mark}` in it. */
  readonly marker: string;
  readonly begin: string;
  readonly end: string;
  readonly lines: readonly string[];
}

/** The same line or block, not in the file. */
export function absentLine(spec: LineSpec): LineSpec {
  return { ...spec, isAbsent: true };
}

/** Turns input into one edit, and reports what contradicts itself. */
export function bindLine(_name: string, input: LineInput, report: BindReport): LineSpec {
  checkAbsolutePath(input.path, "path", report);
  if (input.insertAfter !== undefined && input.insertBefore !== undefined) {
    report("insertBefore", "two places", "insertAfter and insertBefore exclude each other");
  }
  const after = bindPattern(input.insertAfter, "insertAfter", report);
  const before = bindPattern(input.insertBefore, "insertBefore", report);
  const insertion = {
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
  const edit = input.block ? bindBlock(input, input.block, report) : bindOneLine(input, report);
  return { path: input.path, edit: { ...edit, ...insertion }, isAbsent: input.state === "absent" };
}

function bindOneLine(input: LineInput, report: BindReport): LineEdit {
  const { line } = input;
  const isAbsent = input.state === "absent";
  if (line === undefined && !(isAbsent && input.match !== undefined)) {
    const detail = isAbsent ? "write line, match or block" : "write line or block";
    report("", "nothing to look for", detail);
  }
  if (line !== undefined && /[\r\n]/.test(line)) {
    report("line", "more than one line", "write several lines as a block");
  }
  const match = bindPattern(input.match, "match", report);
  return {
    type: "line",
    ...(line === undefined ? {} : { text: byteStringOf(line) }),
    ...(match === undefined ? {} : { match }),
  };
}

function bindBlock(
  input: LineInput,
  block: { readonly marker: string; readonly text: string },
  report: BindReport,
): BlockEdit {
  if (input.line !== undefined || input.match !== undefined) {
    report("block", "two things to look for", "block excludes line and match: keep one of them");
  }
  if (/\r(?!\n)/.test(block.text)) {
    const detail = "a carriage return stands only before a newline: remove the others";
    report("block.text", "a stray carriage return", detail);
  }
  if (/[\r\n]/.test(block.marker)) {
    report("block.marker", "more than one line", "a marker is one line");
  }
  const begin = byteStringOf(markerLine(block.marker, "BEGIN"));
  const end = byteStringOf(markerLine(block.marker, "END"));
  const lines = blockLines(byteStringOf(block.text));
  if (lines.includes(begin) || lines.includes(end)) {
    report(
      "block.text",
      "the marker is in the text",
      "choose a marker that is not a line of the text",
    );
  }
  return { type: "block", marker: block.marker, begin, end, lines };
}

function markerLine(marker: string, mark: "BEGIN" | "END"): string {
  const template = marker.includes("{mark}") ? marker : `# {mark} HOLDFAST ${marker}`;
  return template.replaceAll("{mark}", mark);
}

/** A closing newline ends the last line and begins no further one. */
function blockLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
