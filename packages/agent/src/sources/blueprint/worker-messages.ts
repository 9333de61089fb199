import type { Facts, FaultData, GivenParameters, OfferedKind, Recording } from "@holdfast/core";
import type { SourceTrust } from "../source-safety.ts";

/** What a worker is given: everything a blueprint may depend on. Cloned into its thread. */
export interface WorkerInput {
  /** `file:` URL of the blueprint, links resolved. */
  readonly blueprint: string;
  /** `file:` URL of the module that `import … from "holdfast"` means. */
  readonly sdk: string;
  readonly facts: Facts;
  readonly parameters: GivenParameters;
  readonly kinds: readonly OfferedKind[];
  /** What it imports is taken from the same as the blueprint itself. */
  readonly trust: SourceTrust;
  /** Where compiled code is kept; `undefined` when nowhere. */
  readonly compileCache: string | undefined;
}

/** What a worker answers, once. */
export type WorkerAnswer =
  | { readonly type: "recorded"; readonly name: string; readonly recording: Recording }
  /** A module is another by now than the one that was read: all of them were perhaps never there at one moment. */
  | { readonly type: "changed" }
  | { readonly type: "refused"; readonly fault: FaultData };
