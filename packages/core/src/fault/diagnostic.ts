/** A place in a file that a person can open. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One mistake in a source. Diagnostics are collected and returned, never thrown at the first. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** What the diagnostic is about: a resource id, a field path or a file. */
  readonly address: string;
  readonly location?: SourceLocation;
  /** The same words for the same mistake, so that they can be searched. */
  readonly summary: string;
  /** This case: what was found, why it is wrong, what to write instead. */
  readonly detail: string;
}

/** A value with what was noticed on the way to it. With an error among the diagnostics there is no value. */
export interface Diagnosed<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** An author repairs no more at a time: after so many diagnostics the rest is not checked. */
const MOST_COLLECTED = 1_000;
/** So many are shown. */
const MOST_SHOWN = 100;
const LONGEST_ADDRESS = 4_200;
const LONGEST_DETAIL = 2_000;

/** Tells whether so much is wrong that the rest need not be checked. */
export function isEnough(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.length >= MOST_COLLECTED;
}

/** The first of them, and how many more there are; each of a length that a person can read. */
export function shownDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const shown = diagnostics.slice(0, MOST_SHOWN).map(withinLength);
  const [first] = diagnostics;
  const more = diagnostics.length - shown.length;
  if (more === 0 || first === undefined) return shown;
  const least = isEnough(diagnostics) ? "At least " : "";
  const detail = `${least}${more} more are not shown: correct these first.`;
  return [...shown, { severity: first.severity, address: "", summary: "And more", detail }];
}

function withinLength(diagnostic: Diagnostic): Diagnostic {
  const { address, detail } = diagnostic;
  if (address.length <= LONGEST_ADDRESS && detail.length <= LONGEST_DETAIL) return diagnostic;
  return {
    ...diagnostic,
    address: cut(address, LONGEST_ADDRESS),
    detail: cut(detail, LONGEST_DETAIL),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Tells whether any diagnostic is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** `file:line:column` as far as it is known. */
export function formatLocation(location: SourceLocation): string {
  const { file, line, column } = location;
  if (line === undefined) return file;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}
