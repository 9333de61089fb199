import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchTogether } from "../watch-together.ts";
import type { ContainerImageSpec } from "./spec.ts";

/** The events of the engine about images: each may concern any. */
export function watchContainerImages(
  specs: readonly ContainerImageSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ContainerImageSpec>> {
  return watchTogether(specs, sink, (hear) =>
    host.containers.watch((hint) => {
      if (hint.type === "overflow" || hint.type === "image") hear(hint);
    }, signal),
  );
}
