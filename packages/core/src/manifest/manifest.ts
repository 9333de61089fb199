import type { Resource } from "../resource/resource.ts";

/** The version of the manifest's own format. */
export const API_VERSION = "holdfast/v1";

/** The complete desired state of one agent, parsed and checked; every resource has a kind of the catalog. */
export interface Manifest {
  readonly name: string;
  /** As written; `undefined` when the agent counts its own. */
  readonly generation?: number;
  /** What we made and is no longer declared is deleted, unless its own meta says otherwise. Default false. */
  readonly prune?: boolean;
  /** In the order of declaration. */
  readonly resources: readonly Resource[];
  /** SHA-256 of the RFC 8785 JSON of `{name, resources: [{kind, name, spec, meta}]}` as written, with `prune` where it is true. */
  readonly digest: string;
}
