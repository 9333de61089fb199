import { lineOf, type Repository, type SourceFile } from "./repository.ts";

/** A rule of the repository. */
export interface Rule {
  /** A sentence in the present tense: what holds. */
  readonly name: string;
  check(repository: Repository): readonly Violation[];
}

/** A place where a rule does not hold. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  /** What is wrong, and what to do instead. */
  readonly message: string;
}

/** A violation at an offset of a file. */
export function violation(file: SourceFile, offset: number, message: string): Violation {
  return { path: file.path, line: lineOf(file, offset), message };
}

/** A violation as an editor can jump to it. */
export function formatViolation({ path, line, message }: Violation): string {
  return `${path}:${line} ${message}`;
}
