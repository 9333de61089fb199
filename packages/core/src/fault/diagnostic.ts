/** A place in a file that a person can open. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One mistake in what somebody wrote. Diagnostics are collected and returned, never thrown at the first. */
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
