import type { Graph, Manifest, ResourceId } from "@holdfast/core";

/** A manifest, as far as an engine needs it. */
export interface Desired {
  readonly graph: Graph;
  readonly digest: string;
  /** Its name, whether it prunes, and what it declares. Default: nothing is kept of it, and nothing is removed. */
  readonly manifest?: Pick<Manifest, "name" | "prune" | "resources">;
  /** What is only observed, whatever the mode. Default: nothing. */
  readonly detectOnly?: ReadonlySet<ResourceId>;
}
