import type { HintSink, HostReader, Watch } from "@holdfast/core";

/** The paths one spec depends on, at its position among the watched specs. */
export type PathsOf<Spec> = (spec: Spec) => readonly string[];

/**
 * Watches the paths of many specs with one watch of the host, and turns what is heard of a path into hints for every
 * spec it matters to. Resolves when live.
 */
export function watchPaths<Spec>(
  specs: readonly Spec[],
  pathsOf: PathsOf<Spec>,
  context: { readonly host: HostReader; readonly signal: AbortSignal },
  sink: HintSink,
): Promise<Watch> {
  // Most paths are of one spec, and there are thousands: a list is made for those of several.
  const positions = new Map<string, number | number[]>();
  specs.forEach((spec, position) => {
    for (const path of pathsOf(spec)) {
      const known = positions.get(path);
      if (known === undefined) positions.set(path, position);
      else if (typeof known === "number") positions.set(path, [known, position]);
      else known.push(position);
    }
  });
  return context.host.paths.watch(
    [...positions.keys()],
    (hint) => {
      if (hint.type === "overflow") return sink.overflow();
      const trigger = [positions.get(hint.path) ?? []].flat();
      for (const position of trigger) sink.hint(position, hint.trigger);
    },
    context.signal,
  );
}
