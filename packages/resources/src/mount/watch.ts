import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { FSTAB } from "../fstab/fstab-file.ts";
import { watchPaths } from "../path-watch.ts";
import { watchTogether } from "../watch-together.ts";
import type { MountSpec } from "./spec.ts";

/** Watches fstab and all mounts. */
export async function watchMounts(
  specs: readonly MountSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<MountSpec>> {
  const lines = await watchPaths(specs, () => [FSTAB], context, sink);
  try {
    const live = await watchTogether(specs, sink, (hear) =>
      context.host.mounts.watch((trigger) => hear({ type: "mounts", trigger }), context.signal),
    );
    return {
      ended: Promise.race([lines.ended, live.ended]),
      async update(changes, signal) {
        await live.update?.(changes, signal);
        await lines.update?.(changes, signal);
      },
      async [Symbol.asyncDispose]() {
        await live[Symbol.asyncDispose]();
        await lines[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lines[Symbol.asyncDispose]();
    throw error;
  }
}
