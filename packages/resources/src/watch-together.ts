import type { HintSink, KindWatch, Watch } from "@holdfast/core";

/** What a watch of the host tells: what happened, or that it does not know any more. */
export type SharedHint =
  | { readonly type: "overflow" }
  | { readonly type: string; readonly trigger: string };

/** Takes a hint for all members, or for those that it concerns. */
export type HearTogether<Spec> = (hint: SharedHint, isConcerned?: (spec: Spec) => boolean) => void;

/**
 * One watch of the host for all members of a kind, where whatever it notices may concern any of them: they are observed
 * again by one bulk read. Members may change while it is live.
 */
export async function watchTogether<Spec>(
  specs: readonly Spec[],
  sink: HintSink,
  open: (hear: HearTogether<Spec>) => Promise<Watch>,
): Promise<KindWatch<Spec>> {
  const members = new Map(specs.entries());
  const watch = await open((hint, isConcerned = () => true) => {
    if (!("trigger" in hint)) return sink.overflow();
    for (const [position, spec] of members) {
      if (isConcerned(spec)) sink.hint(position, hint.trigger);
    }
  });
  return {
    ended: watch.ended,
    async update({ removed, added }) {
      for (const position of removed) members.delete(position);
      for (const [position, spec] of added) members.set(position, spec);
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

/**
 * Two watches of the same members as one: it ends with the first of them, is open only when both are, and can change its
 * members when both can.
 */
export async function watchBoth<Spec>(
  first: KindWatch<Spec>,
  openSecond: () => Promise<KindWatch<Spec>>,
): Promise<KindWatch<Spec>> {
  try {
    const second = await openSecond();
    const both: KindWatch<Spec> = {
      ended: Promise.race([first.ended, second.ended]),
      async [Symbol.asyncDispose]() {
        await second[Symbol.asyncDispose]();
        await first[Symbol.asyncDispose]();
      },
    };
    if (first.update === undefined || second.update === undefined) return both;
    return {
      ...both,
      async update(changes, signal) {
        await second.update?.(changes, signal);
        await first.update?.(changes, signal);
      },
    };
  } catch (error) {
    await first[Symbol.asyncDispose]();
    throw error;
  }
}
