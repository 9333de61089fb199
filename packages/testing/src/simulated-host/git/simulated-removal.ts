import type { CheckoutPlace } from "@holdfast/core";
import { findCheckout } from "@holdfast/host";
import { gitFault, type SimulatedGitOptions } from "./git-parts.ts";
import { SimulatedRepository } from "./simulated-repository.ts";

const NO_TARGET = { type: "revision", name: "" } as const;

/** Removes a checkout, when nothing is lost by it. */
export async function removeSimulatedCheckout(
  options: SimulatedGitOptions,
  { place, force }: { readonly place: CheckoutPlace; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { files } = options;
  const { path } = place;
  const found = await findCheckout(options, { place, target: NO_TARGET }, signal);
  if (found.type === "absent") return;
  if (found.type === "other") throw gitFault("WrongType", `${path} is no checkout`);
  if (found.type === "directory" && !found.isEmpty)
    throw gitFault("DirectoryNotEmpty", `${path} is no checkout`);
  if (found.type === "checkout" && !force) {
    const { isConfigured, head, kept } = found.checkout;
    const repository = new SimulatedRepository(files, path);
    const isClean = head !== undefined && (await hasNoWork(repository, head, signal));
    if (!isConfigured || kept.length > 0 || !isClean)
      throw gitFault("LocalWork", `${path} holds what is nowhere else`);
  }
  await files.remove({ path, recursive: true }, signal);
}

/** Whether each file is one of the commit, as it is there, and the commit is one that we checked out. */
async function hasNoWork(
  repository: SimulatedRepository,
  head: string,
  signal: AbortSignal,
): Promise<boolean> {
  const files = await repository.objects.filesOf(head, signal);
  const staged = await repository.staged(signal);
  if (files === undefined || staged === undefined) return false;
  const ours = await repository.read(".git/refs/holdfast/ours/checked-out", signal);
  if (ours?.trim() !== head) return false;
  for (const path of await repository.paths(signal)) {
    const content = await repository.read(path, signal);
    if (content !== files.get(path)) return false;
  }
  return [...staged].every(([path, content]) => files.get(path) === content);
}
