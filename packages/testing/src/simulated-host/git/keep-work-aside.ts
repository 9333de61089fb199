import { type KeptWork, MOST_KEPT } from "@holdfast/core";
import { KEPT_REFS, type SimulatedGitOptions } from "./git-parts.ts";
import type { SimulatedRepository } from "./simulated-repository.ts";

/** Keeps aside what checking out would overwrite, as one file of the repository. */
export async function keepWorkAside(
  { clock, hash }: SimulatedGitOptions,
  repository: SimulatedRepository,
  place: { readonly path: string; readonly head: string | undefined; readonly commit: string },
  signal: AbortSignal,
): Promise<KeptWork | undefined> {
  const { head, commit } = place;
  const before = head === undefined ? undefined : await repository.objects.filesOf(head, signal);
  const wanted = (await repository.objects.filesOf(commit, signal)) ?? new Map<string, string>();
  const staged = (await repository.staged(signal)) ?? new Map<string, string>();
  const work: Record<string, string> = {};
  const paths = new Set([...(before?.keys() ?? []), ...wanted.keys(), ...staged.keys()]);
  for (const [path, content] of await repository.readAll([...paths], signal))
    if (![before?.get(path), wanted.get(path)].includes(content)) work[path] = content;
  if (Object.keys(work).length === 0) return undefined;
  const text = JSON.stringify(work);
  const id = hash.sha256(new TextEncoder().encode(text)).slice(0, 40);
  const names = (await repository.keptNames(signal)).map((name) => `${KEPT_REFS}/${name}`);
  const known = names.find((name) => name.endsWith(id.slice(0, 12)));
  if (known !== undefined) return { name: known, dropped: [] };
  const time = new Date(clock.wallMs()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const name = `${KEPT_REFS}/${time}-${id.slice(0, 12)}`;
  await repository.write(`.git/holdfast-kept/${id.slice(0, 12)}`, text, signal);
  await repository.write(`.git/${name}`, `${id}\n`, signal);
  const dropped = [...names, name].sort().slice(0, Math.max(0, names.length + 1 - MOST_KEPT));
  for (const old of dropped) await repository.remove(`.git/${old}`, signal);
  return { name, dropped };
}
