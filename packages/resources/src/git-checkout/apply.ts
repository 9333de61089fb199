import type { KeptWork, KindAction, WriteContext } from "@holdfast/core";
import type { GitCheckoutObserved } from "./observe.ts";
import type { GitCheckoutSpec } from "./spec.ts";

/**
 * Makes the checkout, brings it to its commit, or removes it. Local work that is in the way is kept aside first, and named.
 * @throws {Fault} RemoteUnreachable, RevisionNotFound, CheckoutLocked, CheckoutForeign; LocalWork, when removing would lose something;
 *   WrongType and DirectoryNotEmpty, when something else is there; CommandFailed.
 */
export async function applyGitCheckout(
  { spec, observed, changes }: KindAction<GitCheckoutSpec, GitCheckoutObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { host, signal } = context;
  const { place, source, target, depth, submodules, force } = spec;
  if (spec.isAbsent) return host.git.removeCheckout({ place, force }, signal);
  const wanted = observed?.type === "checkout" ? observed.wanted : undefined;
  const { kept } = await host.git.checkOut(
    {
      place,
      source,
      target,
      submodules,
      ...(wanted === undefined ? {} : { commit: wanted }),
      ...(depth === undefined ? {} : { depth }),
    },
    signal,
  );
  if (kept !== undefined) sayKept(place.path, kept, context);
}

function sayKept(path: string, { name, dropped }: KeptWork, { log, progress }: WriteContext): void {
  progress(`local work is kept as ${name}`);
  log.warn("local work in a checkout was overwritten and is kept aside", {
    path,
    name,
    ...(dropped.length === 0 ? {} : { dropped: [...dropped] }),
  });
}
