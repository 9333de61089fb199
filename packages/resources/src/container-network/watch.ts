import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchTogether } from "../watch-together.ts";
import type { ContainerNetworkSpec } from "./spec.ts";

/** The events of the engine about networks: each may concern any. */
export function watchContainerNetworks(
  specs: readonly ContainerNetworkSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ContainerNetworkSpec>> {
  return watchTogether(specs, sink, (hear) =>
    host.containers.watch((hint) => {
      if (hint.type === "overflow" || hint.type === "network") hear(hint);
    }, signal),
  );
}
