import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchBoth, watchTogether } from "../watch-together.ts";
import { type FirewallSpec, pathsOf } from "./spec.ts";

/** Watches the tables of the kernel, and the files that load them. */
export async function watchFirewalls(
  specs: readonly FirewallSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<FirewallSpec>> {
  const files = await watchPaths(specs, ({ boot }) => pathsOf(boot), context, sink);
  return await watchBoth(files, () =>
    watchTogether(specs, sink, (hear) =>
      context.host.firewall.watch((hint) => {
        if (hint.type === "overflow") return hear(hint);
        const { tables } = hint;
        hear(hint, ({ table }) => tables === undefined || tables.has(table.name));
      }, context.signal),
    ),
  );
}
