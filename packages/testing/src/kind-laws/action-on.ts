import type { AnyKind, Change, KindAction } from "@holdfast/core";

/** What a kind is asked to do, as the engine asks: the verb follows from spec and observation. */
export function actionOn<Spec, Observed>(
  kind: Pick<AnyKind, "isAbsent">,
  found: {
    readonly spec: Spec;
    readonly observed: Observed | undefined;
    readonly changes: readonly Change[];
  },
): KindAction<Spec, Observed> {
  const { spec, observed } = found;
  const isNew = observed === undefined;
  const verb = kind.isAbsent?.(spec) === true ? "delete" : isNew ? "create" : "update";
  return { verb, cause: "intent", provenance: isNew ? "created" : "adopted", ...found };
}
