import type { SourceLocation } from "../fault/diagnostic.ts";

/** One field of a resource that refers to secrets. */
export interface SecretReference {
  /** From the outside in, without `spec`. */
  readonly path: readonly (string | number)[];
  /** As people write it: `spec.env.PASSWORD`. */
  readonly field: string;
  /** Paths of the secrets, each once. */
  readonly secrets: readonly string[];
  /** Where the field was written; computed on demand. */
  readonly location?: () => SourceLocation | undefined;
}
