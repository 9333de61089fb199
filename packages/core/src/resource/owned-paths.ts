import type { AnyKind, Ownership } from "./kind.ts";
import type { Resource } from "./resource.ts";

/** A path that a resource decides about, wholly or in part. */
export interface OwnedPath {
  readonly path: string;
  readonly isWhole: boolean;
}

/** The paths that a resource decides about; none for one whose thing is not on the disk. */
export function ownedPaths(
  kinds: readonly AnyKind[],
  { kind: name, spec }: Pick<Resource, "kind" | "spec">,
): readonly OwnedPath[] {
  const kind = kinds.find((one) => one.kind === name);
  return (kind?.owns?.(spec) ?? []).flatMap(pathOf);
}

function pathOf({ thing, isWhole }: Ownership): readonly OwnedPath[] {
  return thing.startsWith("path:") ? [{ path: thing.slice("path:".length), isWhole }] : [];
}
