import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchUnits } from "../unit/watch-units.ts";
import type { QuadletSpec } from "./spec.ts";

/** The files by their folder, and what their services do by systemd. */
export async function watchQuadlets(
  specs: readonly QuadletSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<QuadletSpec>> {
  const files = await watchPaths(specs, ({ file }) => [file.path], context, sink);
  try {
    const units = await watchUnits(specs, ({ service }) => [service.unit], context, sink);
    return {
      ended: Promise.race([files.ended, units.ended]),
      async [Symbol.asyncDispose]() {
        await Promise.all([files[Symbol.asyncDispose](), units[Symbol.asyncDispose]()]);
      },
    };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}
