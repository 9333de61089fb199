import {
  type Change,
  type Intent,
  type KindAction,
  type Resource,
  resolveSpec,
  type WriteContext,
} from "@holdfast/core";
import type { Declaration } from "../records/resource-record.ts";

/** What was found and is to be changed; its changes as they may be told. */
interface Found {
  readonly declared: Declaration;
  /** `undefined` when absent. */
  readonly observed: unknown;
  readonly changes: readonly Change[];
}

/** Has a kind do to its resource what was found to be done. */
export async function perform(
  found: Found,
  verb: Intent["verb"],
  context: WriteContext,
): Promise<void> {
  const action = actionOf(found);
  const { kind } = found.declared;
  if (verb === "apply") await kind.apply(action, context);
  else await kind.refresh?.(action.spec, context);
}

/**
 * What a kind is given to do, its secrets filled in. Told changes lack values of secrets, so they are compared anew. It is
 * made for one call and goes nowhere else.
 * @throws {Fault} SecretInvalid.
 */
export function actionOf({ declared, observed, changes }: Found): KindAction<unknown, unknown> {
  const { resource, kind, secrets } = declared;
  const spec = resolveSpec(resource, kind, secrets);
  if (resource.references === undefined) return { spec, observed, changes };
  return { spec, observed, changes: exactChanges(declared, { spec, observed }) };
}

/** What differs, with all its values and without ignored fields. */
export function exactChanges(
  { resource, kind }: Declaration,
  { spec, observed }: { readonly spec: unknown; readonly observed: unknown },
): readonly Change[] {
  return withoutIgnored(kind.diff(spec, observed), resource.meta);
}

function withoutIgnored(
  changes: readonly Change[],
  { ignore = [] }: Resource["meta"],
): readonly Change[] {
  if (ignore.length === 0) return changes;
  return changes.filter(
    ({ path }) => !ignore.some((field) => path === field || path.startsWith(`${field}.`)),
  );
}
