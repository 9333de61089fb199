import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchTogether } from "../watch-together.ts";
import type { ContainerVolumeSpec } from "./spec.ts";

/** The events of the engine about volumes. */
export function watchContainerVolumes(
  specs: readonly ContainerVolumeSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ContainerVolumeSpec>> {
  return watchTogether(specs, sink, (hear) =>
    host.containers.watch((hint) => {
      if (hint.type === "overflow") hear(hint);
      if (hint.type !== "volume") return;
      const { name: changed } = hint;
      hear(hint, ({ name }) => changed === undefined || changed === name);
    }, signal),
  );
}
