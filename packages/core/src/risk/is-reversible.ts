import type { AnyKind } from "../resource/kind.ts";
import type { JudgedAction } from "../resource/kind-context.ts";

/** The members of a kind that make the inverse of an action. */
export type InvertibleKind = Pick<AnyKind, "absent" | "describe">;

/**
 * Whether an action can be taken back: what it makes can be declared absent, and what it changes can be put into words
 * before. Pure. A kind that throws here answers no.
 */
export function isReversible(
  kind: InvertibleKind,
  { verb, spec, observed }: JudgedAction<unknown, unknown>,
): boolean {
  if (verb === "refresh") return false;
  try {
    if (observed === undefined) return kind.absent?.(spec) !== undefined;
    return kind.describe?.(spec, observed) !== undefined;
  } catch {
    // A kind of somebody's own: what it cannot say is no promise.
    return false;
  }
}
