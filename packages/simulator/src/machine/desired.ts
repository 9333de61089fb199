import type { Graph, ResourceId } from "@holdfast/core";

/** A manifest, as far as an engine needs it. */
export interface Desired {
  readonly graph: Graph;
  readonly digest: string;
  /** What is only observed, whatever the mode. Default: nothing. */
  readonly detectOnly?: ReadonlySet<ResourceId>;
}
