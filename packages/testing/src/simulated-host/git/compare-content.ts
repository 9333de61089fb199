import type { CheckoutContent } from "@holdfast/core";
import type { SimulatedRepository } from "./simulated-repository.ts";

/** How files and what is staged compare with a commit, as `git status` tells. */
export async function compareContent(
  repository: SimulatedRepository,
  head: string,
  signal: AbortSignal,
): Promise<CheckoutContent> {
  const wanted = await repository.objects.filesOf(head, signal);
  const staged = await repository.staged(signal);
  if (wanted === undefined || staged === undefined) return { type: "damaged" };
  const paths = [...new Set([...wanted.keys(), ...staged.keys()])].sort();
  const contents = await repository.readAll(paths, signal);
  const isAsCommitted = (path: string): boolean =>
    [contents.get(path), staged.get(path)].every((each) => each === wanted.get(path));
  const changed = paths.filter((path) => !isAsCommitted(path));
  if (changed.length === 0) return { type: "clean" };
  return { type: "changed", paths: changed.slice(0, 100), count: changed.length };
}
