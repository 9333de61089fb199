import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchBoth, watchTogether } from "../watch-together.ts";
import { type NetworkSpec, pathsOf } from "./spec.ts";

/** Watches the links of the kernel, and the files that keep them. */
export async function watchNetworks(
  specs: readonly NetworkSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<NetworkSpec>> {
  const files = await watchPaths(specs, pathsOf, context, sink);
  return await watchBoth(files, () =>
    watchTogether(specs, sink, (hear) =>
      context.host.network.watch((hint) => {
        if (hint.type === "overflow") return hear(hint);
        const { link } = hint;
        hear(hint, ({ name, ports }) => link === undefined || [name, ...ports].includes(link));
      }, context.signal),
    ),
  );
}
