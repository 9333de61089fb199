import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchTogether } from "../watch-together.ts";
import { type FirewallSpec, pathsOf } from "./spec.ts";

/** Watches the tables of the kernel, and the files that load them. */
export async function watchFirewalls(
  specs: readonly FirewallSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<FirewallSpec>> {
  const files = await watchPaths(specs, ({ boot }) => pathsOf(boot), context, sink);
  try {
    const live = await watchTogether(specs, sink, (hear) =>
      context.host.firewall.watch((hint) => {
        if (hint.type === "overflow") return hear(hint);
        const { tables } = hint;
        hear(hint, ({ table }) => tables === undefined || tables.has(table.name));
      }, context.signal),
    );
    return {
      ended: Promise.race([files.ended, live.ended]),
      async update(changes, signal) {
        await live.update?.(changes, signal);
        await files.update?.(changes, signal);
      },
      async [Symbol.asyncDispose]() {
        await live[Symbol.asyncDispose]();
        await files[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}
