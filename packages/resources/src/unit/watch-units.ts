import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";

/**
 * Watches the units of all members of a kind by one watch of the host, and turns what it notices of a unit into hints for
 * every member that it matters to.
 */
export async function watchUnits<Spec>(
  specs: readonly Spec[],
  unitsOf: (spec: Spec) => readonly string[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<Spec>> {
  const pairs = specs.flatMap((spec, position) =>
    unitsOf(spec).map((unit) => ({ unit, position })),
  );
  const byUnit = Map.groupBy(pairs, ({ unit }) => unit);
  return host.services.watch(
    [...byUnit.keys()],
    (hint) => {
      if (hint.type === "overflow") return sink.overflow();
      for (const { position } of byUnit.get(hint.unit) ?? []) sink.hint(position, hint.trigger);
    },
    signal,
  );
}
