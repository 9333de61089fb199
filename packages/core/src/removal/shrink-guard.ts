import { Fault } from "../fault/fault.ts";

/** How a manifest compares with what was applied of it before. */
export interface Shrinking {
  /** The manifest's name. */
  readonly name: string;
  /** How many resources would be removed. */
  readonly lost: number;
  /** How many of those that were applied are declared. */
  readonly stillDeclared: number;
  /** It declares nothing at all. */
  readonly isEmpty: boolean;
}

/** Fewer than so many may always go. */
const FEW = 5;
/** A larger part than this does not go unasked. */
const LARGEST_PART = 0.3;

/** Why a manifest removes nothing: it lost so much that it looks like a mistake. `undefined` when it does not. */
export function shrinkFault({ name, lost, stillDeclared, isEmpty }: Shrinking): Fault | undefined {
  const isLarge = lost >= FEW && lost > LARGEST_PART * (lost + stillDeclared);
  if (lost === 0 || (!isLarge && !isEmpty)) return undefined;
  const what = isEmpty ? "declares nothing any more" : `lost ${lost} of ${lost + stillDeclared}`;
  return new Fault({
    reason: "ManifestShrank",
    message: `the manifest ${name} ${what}: ${lost} ${lost === 1 ? "resource" : "resources"} would be deleted, and none is`,
    resolution:
      "If that is meant, apply it once with --allow-removals. Else put back what is missing.",
  });
}
