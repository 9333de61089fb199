import { type FieldPath, formatPath } from "../check/field-path.ts";
import { mistakeDiagnostic } from "../check/mistake.ts";
import type { Diagnostic, SourceLocation } from "../fault/diagnostic.ts";
import type { TemplateMistake } from "../template/parse-template.ts";
import { asSentence, mistakeInWords } from "../template/place-in-text.ts";

/** One document of a manifest, as far as vars go. */
export interface VarsDocument {
  /** Plain data, nothing checked. */
  readonly value: unknown;
  readonly file: string;
  locate(path: FieldPath): SourceLocation | undefined;
}

/** The diagnostic of a mistake in a text that is filled. Its place is that of the field; of several lines, the line is said. */
export function templateDiagnostic({
  document,
  path,
  text,
  mistake,
  address = document.file,
}: {
  readonly document: VarsDocument;
  readonly path: FieldPath;
  readonly text: string;
  readonly mistake: TemplateMistake;
  /** Default: the file. */
  readonly address?: string;
}): Diagnostic {
  const isLong = /[\r\n]/.test(text);
  const words = isLong ? mistakeInWords(text, mistake) : asSentence(mistake.detail);
  const detail = `${fieldIn(path)}: ${words}`;
  return mistakeDiagnostic(
    { path, summary: "Wrong template", detail },
    address,
    document.locate(path),
  );
}

/** Inside of a resource fields are called by their way from there. */
function fieldIn(path: FieldPath): string {
  return formatPath(path[0] === "resources" ? path.slice(2) : path);
}
