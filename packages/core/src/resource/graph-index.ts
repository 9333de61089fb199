import type { ResourceId } from "../id.ts";
import type { Resource } from "./resource.ts";

/** What auto-edges and kinds may ask of a graph while it is built. */
export interface GraphIndex {
  has(id: ResourceId): boolean;
  /** In the order of declaration. */
  ofKind(kind: string): readonly Resource[];
  /** The nearest declared directory or file above an absolute path. */
  nearestAncestor(path: string): ResourceId | undefined;
}
