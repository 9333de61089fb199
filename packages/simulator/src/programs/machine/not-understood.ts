/**
 * Something of a command that the simulated machine does not know. It is thrown rather than guessed, and whoever runs
 * or surveys the command catches it.
 */
export class NotUnderstood extends Error {
  /** In plain words, e.g. `curl`, `a subshell`, `grep -P`. */
  readonly what: string;

  constructor(what: string) {
    super(`not understood: ${what}`);
    this.what = what;
  }
}
