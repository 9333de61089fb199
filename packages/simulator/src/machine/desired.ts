import type { Graph } from "@holdfast/core";

/** A manifest, as far as an engine needs it. */
export interface Desired {
  readonly graph: Graph;
  readonly digest: string;
}
