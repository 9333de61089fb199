import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import type { ServiceSpec } from "./spec.ts";

/** Watches all units by one watch of the host, which names the unit that may have changed. */
export async function watchServices(
  specs: readonly ServiceSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ServiceSpec>> {
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
