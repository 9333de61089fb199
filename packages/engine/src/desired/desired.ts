import type { Graph, ResourceId, Secrets } from "@holdfast/core";

/** What an engine is working on: a graph under a generation. */
export interface Desired {
  readonly graph: Graph;
  readonly generation: number;
  /** What the references of its resources stand for. Default: none have any. */
  readonly secrets?: Secrets;
  /** The resources that are only observed, whatever the mode (D17). Default: nothing. */
  readonly detectOnly?: ReadonlySet<ResourceId>;
}
