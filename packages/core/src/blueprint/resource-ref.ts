import type { ResourceId } from "../id.ts";

/** A declared resource, to be named by others in `dependsOn` and `notify`. */
export interface ResourceRef {
  readonly id: ResourceId;
}
