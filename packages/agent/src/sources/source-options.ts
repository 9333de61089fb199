import type { Catalog, Facts, GivenParameters, Hash } from "@holdfast/core";
import type { ForeignWords } from "@holdfast/core/foreign-words";
import type { ProcessLimits } from "./blueprint/process-ending.ts";
import type { SourceTrust } from "./source-safety.ts";

/** What opening a source needs to know. */
export interface SourceOptions extends ProcessLimits, SourceTrust {
  readonly catalog: Catalog;
  readonly hash: Hash;
  readonly facts: Facts;
  /** Of a blueprint, or values of the vars of a manifest, as given from outside. Default: none. */
  readonly parameters?: GivenParameters;
  /** `file:` URL of the module that a blueprint's `import … from "holdfast"` means. */
  readonly sdk: URL;
  /** Files that are no manifests although they lie among them: the secrets, the policy. Absolute. Default: none. */
  readonly otherFiles?: readonly string[];
  /** Loads what the words of other tools are called here, for a source that has mistakes. Default: there are none. */
  readonly foreignWords?: () => Promise<ForeignWords>;
}
