import type { JsonObject } from "../json.ts";
import type { Hash } from "../ports/hash.ts";
import type { Resource } from "../resource/resource.ts";
import { canonicalText } from "./canonical-text.ts";
import type { Manifest } from "./manifest.ts";

/** What a manifest is made from. */
export interface ManifestParts {
  readonly name: string;
  readonly generation?: number;
  /** Default false. */
  readonly prune?: boolean;
  readonly resources: readonly Resource[];
  readonly hash: Hash;
}

/** Makes a manifest of checked resources. Its digest is computed when it is first asked for. */
export function createManifest({
  name,
  generation,
  prune = false,
  resources,
  hash,
}: ManifestParts): Manifest {
  let digest: string | undefined;
  const pruning = prune ? { prune } : {};
  return {
    name,
    ...(generation === undefined ? {} : { generation }),
    ...pruning,
    resources,
    get digest() {
      digest ??= hash.sha256(
        canonicalText({ name, ...pruning, resources: resources.map(written) }),
      );
      return digest;
    },
  };
}

/** Resources count as written: an empty `spec` or `meta` is the same as none. */
function written({ kind, name, input, meta }: Resource): JsonObject {
  return { kind, name, spec: input, meta: { ...meta } };
}
