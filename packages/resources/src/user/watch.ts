import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchBoth, watchTogether } from "../watch-together.ts";
import type { UserSpec } from "./spec.ts";

/** Watches the files of accounts, and the home directories that are to be there. */
export async function watchUsers(
  specs: readonly UserSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<UserSpec>> {
  const { host, signal } = context;
  const accounts = await watchTogether(specs, sink, (hear) => host.accounts.watch(hear, signal));
  return watchBoth(accounts, () => watchPaths(specs, homesOf, context, sink));
}

/** A home that only the user's entry names is not watched: the resync finds out. */
function homesOf({ home, createHome, isAbsent }: UserSpec): readonly string[] {
  return home !== undefined && createHome && !isAbsent ? [home] : [];
}
