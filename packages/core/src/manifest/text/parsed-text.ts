/** What a YAML or JSON text held. */
export interface ParsedText {
  /** One for each document. */
  readonly values: readonly unknown[];
  /** Some mapping names one field twice; the last one is in `values`. */
  readonly hasDuplicates?: boolean;
  /** Why it could not be read, and at which character, counted from 0. */
  readonly failure?: { readonly reason: string; readonly offset?: number };
}
