import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { FSTAB } from "../fstab/fstab-file.ts";
import { watchPaths } from "../path-watch.ts";
import { watchBoth, watchTogether } from "../watch-together.ts";
import type { MountSpec } from "./spec.ts";

/** Watches fstab and all mounts. */
export async function watchMounts(
  specs: readonly MountSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<MountSpec>> {
  const lines = await watchPaths(specs, () => [FSTAB], context, sink);
  return watchBoth(lines, () =>
    watchTogether(specs, sink, (hear) =>
      context.host.mounts.watch((trigger) => hear({ type: "mounts", trigger }), context.signal),
    ),
  );
}
