import type { CheckoutContent, CheckoutFound, CheckoutQuery } from "@holdfast/core";
import { findCheckout, UNOBSERVED } from "./repository/find-checkout.ts";
import type { GitMachine } from "./run/git-machine.ts";
import { contentOf, readContent } from "./read-content.ts";
import { onMachine } from "./run/run-git.ts";
import { listSubmodules, MOST_SUBMODULE_LEVELS, type Submodule } from "./check-out/submodules.ts";

/** What is at a place; git compares the content only under a configuration that is ours. */
export async function observeCheckout(
  machine: GitMachine,
  query: CheckoutQuery,
  signal: AbortSignal,
  level = 0,
): Promise<CheckoutFound> {
  const found = await findCheckout(machine, query, signal);
  if (found.type !== "checkout") return found;
  const { checkout } = found;
  const { isConfigured, head } = checkout;
  const content =
    isConfigured && head !== undefined
      ? await observeContent(machine, query, { head, level }, signal)
      : UNOBSERVED;
  return { type: "checkout", checkout: { ...checkout, content } };
}

async function observeContent(
  machine: GitMachine,
  { place, submodules }: CheckoutQuery,
  { head, level }: { readonly head: string; readonly level: number },
  signal: AbortSignal,
): Promise<CheckoutContent> {
  const own = await readContent(machine, { path: place.path, user: place.user }, signal);
  if (!submodules || level >= MOST_SUBMODULE_LEVELS || own.type === "damaged") return own;
  const inside = { directory: onMachine(machine, place.path), user: place.user, commit: head };
  const changed = own.type === "changed" ? [...own.paths] : [];
  let count = own.type === "changed" ? own.count : 0;
  for (const submodule of await listSubmodules(machine, inside, signal)) {
    const paths = await changedInSubmodule(machine, { place, submodule, level }, signal);
    changed.push(...paths.paths);
    count += paths.count;
  }
  const all = contentOf(changed);
  return all.type === "changed" ? { ...all, count } : all;
}

/** What of a submodule differs: itself, when it is not at its commit, or files in it. */
async function changedInSubmodule(
  machine: GitMachine,
  request: {
    readonly place: CheckoutQuery["place"];
    readonly submodule: Submodule;
    readonly level: number;
  },
  signal: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly count: number }> {
  const { place, submodule, level } = request;
  const { path, commit } = submodule;
  const query = {
    place: { ...place, path: `${place.path}/${path}` },
    target: { type: "revision", name: commit } as const,
    submodules: true,
  };
  const found = await observeCheckout(machine, query, signal, level + 1);
  const content = found.type === "checkout" ? found.checkout.content : UNOBSERVED;
  const isThere = found.type === "checkout" && found.checkout.head === commit;
  if (!isThere || content.type === "unobserved" || content.type === "damaged")
    return { paths: [path], count: 1 };
  if (content.type === "clean") return { paths: [], count: 0 };
  return { paths: content.paths.map((each) => `${path}/${each}`), count: content.count };
}
