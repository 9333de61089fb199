import type { Graph, ResourceId, Secrets } from "@holdfast/core";

/** What an engine is working on: a graph under a generation. */
export interface Desired {
  readonly graph: Graph;
  readonly generation: number;
  /** The name of the manifest, under which the ledger keeps what is declared. Default: it keeps nothing of it. */
  readonly manifest?: string;
  /** The digest of the manifest, which approvals name. Default: nothing can be approved. */
  readonly digest?: string;
  /** What the references of its resources stand for. Default: none have any. */
  readonly secrets?: Secrets;
  /** The resources that are only observed, whatever the mode (D17). Default: nothing. */
  readonly detectOnly?: ReadonlySet<ResourceId>;
}
