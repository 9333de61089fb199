import {
  type Change,
  type KindAction,
  type Provenance,
  type Cause,
  type Resource,
  resolveSpec,
  type Verb,
  type WriteContext,
} from "@holdfast/core";
import type { Declaration } from "../records/resource-record.ts";

/** What was found and is to be done about it; its changes as they may be published. */
export interface Found {
  readonly declared: Declaration;
  readonly verb: Verb;
  readonly cause: Cause;
  readonly provenance: Provenance;
  readonly isAsLeft: boolean;
  /** `undefined` when absent. */
  readonly observed: unknown;
  readonly changes: readonly Change[];
  /** Of what the last apply left; `undefined` where none is on record. */
  readonly lastFingerprint?: string | undefined;
}

/** Has a kind do to its resource what was found to be done. */
export async function perform(found: Found, context: WriteContext): Promise<void> {
  const { resource, kind, secrets } = found.declared;
  if (found.verb === "refresh") await kind.refresh?.(resolveSpec(resource, kind, secrets), context);
  else await kind.apply(actionOf({ ...found, verb: found.verb }), context);
}

/**
 * What a kind is given to do, its secrets filled in. Published changes lack values of secrets, so they are compared anew.
 * It is made for one call and goes nowhere else.
 * @throws {Fault} SecretInvalid.
 */
export function actionOf(
  found: Found & { readonly verb: Exclude<Verb, "refresh"> },
): KindAction<unknown, unknown> {
  const { declared, verb, cause, provenance, isAsLeft, lastFingerprint, observed } = found;
  const { resource, kind, secrets } = declared;
  const spec = resolveSpec(resource, kind, secrets);
  const changes =
    resource.references === undefined ? found.changes : exactChanges(declared, { spec, observed });
  return { verb, cause, provenance, isAsLeft, lastFingerprint, spec, observed, changes };
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
