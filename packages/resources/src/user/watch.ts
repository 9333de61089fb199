import type { HintSink, KindWatch, ReadContext } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchTogether } from "../watch-together.ts";
import type { UserSpec } from "./spec.ts";

/** Watches the files of accounts, and the home directories that are to be there. */
export async function watchUsers(
  specs: readonly UserSpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<UserSpec>> {
  const { host, signal } = context;
  const accounts = await watchTogether(specs, sink, (hear) => host.accounts.watch(hear, signal));
  const homes = await watchPaths(specs, homesOf, context, sink).catch(async (error: unknown) => {
    await accounts[Symbol.asyncDispose]();
    throw error;
  });
  return {
    ended: Promise.race([accounts.ended, homes.ended]),
    async update(changes, until) {
      await accounts.update?.(changes, until);
      await homes.update?.(changes, until);
    },
    async [Symbol.asyncDispose]() {
      await accounts[Symbol.asyncDispose]();
      await homes[Symbol.asyncDispose]();
    },
  };
}

/** A home that only the user's entry names is not watched: the resync finds out. */
function homesOf({ home, createHome, isAbsent }: UserSpec): readonly string[] {
  return home !== undefined && createHome && !isAbsent ? [home] : [];
}
