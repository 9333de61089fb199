import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";

/** Watches the units of all members of a kind by one watch of the host, which names the unit that may have changed. */
export async function watchUnits<Spec extends { readonly unit: string }>(
  specs: readonly Spec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<Spec>> {
  const positions = Map.groupBy(specs.keys(), (position) => specs[position]?.unit ?? "");
  return host.services.watch(
    [...positions.keys()],
    (hint) => {
      if (hint.type === "overflow") return sink.overflow();
      for (const position of positions.get(hint.unit) ?? []) sink.hint(position, hint.trigger);
    },
    signal,
  );
}
