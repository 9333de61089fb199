import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchUnits } from "../unit/watch-units.ts";
import { watchBoth } from "../watch-together.ts";
import type { QuadletSpec } from "./spec.ts";

/** The files by their folder, and what their services do by systemd. */
export async function watchQuadlets(
  specs: readonly QuadletSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<QuadletSpec>> {
  const files = await watchPaths(specs, ({ file }) => [file.path], context, sink);
  return watchBoth(files, () => watchUnits(specs, ({ service }) => [service.unit], context, sink));
}
