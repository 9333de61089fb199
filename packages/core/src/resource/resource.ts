import type { ResourceId } from "../id.ts";
import type { SourceLocation } from "../fault/diagnostic.ts";
import type { ResourceMeta } from "./meta.ts";
import type { Json } from "../json.ts";
import type { Removal } from "./removal.ts";
import type { Revert } from "./revert.ts";
import type { SecretReference } from "../secret/secret-reference.ts";

/** One declared thing, parsed and checked. `Spec` is what its kind made of the written fields. */
export interface Resource<Spec = unknown> {
  readonly id: ResourceId;
  readonly kind: string;
  readonly name: string;
  /** As its kind's `bind` made it; where it refers to secrets, `‹secret›` stands for them. */
  readonly spec: Spec;
  /** As it was written, for digests and for showing. Secrets are references. */
  readonly input: Json;
  readonly meta: ResourceMeta;
  /** The fields that refer to secrets; absent where none does. What is done to the host is done with `resolveSpec`. */
  readonly references?: readonly SecretReference[];
  /** It left the manifest, and its spec says that it should not be there. Default: it is declared. */
  readonly removal?: Removal;
  /** It undoes a change: its spec says what was there before. Default: it is declared. */
  readonly revert?: Revert;
  /** Where it was written. Computed on demand, because most are never asked. */
  readonly location?: () => SourceLocation | undefined;
}
