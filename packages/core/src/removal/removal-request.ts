import type { Graph } from "../graph/graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Log } from "../ports/log.ts";
import type { Catalog } from "../resource/catalog.ts";

/** What is needed to find out what left a manifest. */
export interface RemovalRequest {
  readonly manifest: Pick<Manifest, "name" | "prune" | "resources">;
  /** Of all resources of the manifest. */
  readonly graph: Graph;
  readonly ledger: Pick<Ledger, "lastApplied" | "allApplied">;
  readonly catalog: Catalog;
  readonly log: Log;
  /** A person has said that a manifest that shrank removes all the same. */
  readonly isShrinkAllowed: boolean;
}
