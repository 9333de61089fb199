import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchTogether } from "../watch-together.ts";
import { type ContainerSpec, NEW_SUFFIX, OLD_SUFFIX } from "./spec.ts";

/** The events of the engine: of a container by its name, of images and networks for all. */
export function watchContainers(
  specs: readonly ContainerSpec[],
  { host, signal }: ReadContext,
  sink: HintSink,
): Promise<KindWatch<ContainerSpec>> {
  return watchTogether(specs, sink, (hear) =>
    host.containers.watch((hint) => {
      if (hint.type === "overflow" || hint.type === "volume") {
        if (hint.type === "overflow") hear(hint);
        return;
      }
      const { name } = hint;
      if (name === undefined) hear(hint);
      else hear(hint, (spec) => isOf(spec.name, name));
    }, signal),
  );
}

function isOf(declared: string, name: string): boolean {
  return name === declared || name === declared + NEW_SUFFIX || name === declared + OLD_SUFFIX;
}
