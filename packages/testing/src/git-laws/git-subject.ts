import type { GitWriter } from "@holdfast/core";
import type { Actor } from "../operations/actor.ts";

/** A machine with git, which a law opens for itself. */
export interface GitSubject extends AsyncDisposable {
  readonly git: GitWriter;
  /** What others do. */
  readonly actor: Actor;
  /** Everything on it, one line each. */
  tree(): readonly string[];
  /** The text of a file; `undefined` where there is none. */
  read(path: string): string | undefined;
  /** The text of a file in work that is kept aside. */
  readKept(
    path: string,
    kept: { readonly name: string; readonly file: string },
  ): string | undefined;
  /** Lets time pass on the clock of the port. */
  pass(ms: number): Promise<void>;
}

/** Opens a machine. */
export type OpenGitSubject = () => Promise<GitSubject>;
