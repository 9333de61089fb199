import type { InstalledPackage, PackageDatabase, PackageTransaction } from "@holdfast/core";
import type { PackageBackend } from "../package-backend.ts";
import type { Steps } from "./steps.ts";

/** What finishing takes. */
export interface FinishTools {
  readonly backend: PackageBackend;
  readonly request: PackageTransaction;
  readonly steps: Steps;
  readonly tasks: { readonly finish: string };
  readonly signal: AbortSignal;
}

/**
 * Finishes what was unpacked or half configured when something cut it off, and what failed before and may not now. The
 * tools refuse everything else until then, or call it a failure. Not for what is to be removed anyway.
 * @returns the packages that are finished now, as `name:architecture`.
 */
export async function finishBroken(tools: FinishTools): Promise<readonly string[]> {
  const { backend, request, steps, tasks, signal } = tools;
  const { install = [], remove = [], purge = [] } = request;
  if (install.length + remove.length + purge.length === 0) return [];
  const database = await backend.read(signal);
  const goes = new Set([...remove, ...purge].map((name) => database.packages.get(name)));
  const broken = finishable(database);
  const isLeft = [...broken].some(([, found]) => !goes.has(found));
  if (!isLeft && !database.isInterrupted) return [];
  steps.progress({ type: "finishing", packages: [...broken.keys()] });
  await steps.run({ type: "finish" }, tasks.finish);
  const { packages } = await backend.read(signal);
  return [...broken.keys()].filter((key) => packages.get(key)?.state.type === "installed");
}

/** One that has to be unpacked again cannot be finished. */
function finishable({ packages }: PackageDatabase): ReadonlyMap<string, InstalledPackage> {
  const found = new Map<string, InstalledPackage>();
  for (const each of packages.values()) {
    if (each.state.type !== "broken") continue;
    if (each.state.how === "reinst-required" || each.state.how === "half-installed") continue;
    found.set(`${each.name}:${each.architecture}`, each);
  }
  return found;
}
