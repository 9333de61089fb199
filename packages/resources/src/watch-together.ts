import type { HintSink, KindWatch, Watch } from "@holdfast/core";

/** What a watch of the host tells: what happened, or that it does not know any more. */
export type SharedHint =
  | { readonly type: "overflow" }
  | { readonly type: string; readonly trigger: string };

/**
 * One watch of the host for all members of a kind, where whatever it notices may concern any of them: they are observed
 * again by one bulk read. Members may change while it is live.
 */
export async function watchTogether<Spec>(
  specs: readonly Spec[],
  sink: HintSink,
  open: (hear: (hint: SharedHint) => void) => Promise<Watch>,
): Promise<KindWatch<Spec>> {
  const positions = new Set(specs.keys());
  const watch = await open((hint) => {
    if (!("trigger" in hint)) return sink.overflow();
    for (const position of positions) sink.hint(position, hint.trigger);
  });
  return {
    ended: watch.ended,
    async update({ removed, added }) {
      for (const position of removed) positions.delete(position);
      for (const position of added.keys()) positions.add(position);
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}
